import { fork } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LoadPlan, LoadReport, PreparedRequest } from '../workers/load-client.ts';

const CLIENT = join(import.meta.dirname, '..', 'workers', 'load-client.ts');

/** Runs a load from a process of its own. */
export async function runLoad(plan: LoadPlan): Promise<LoadReport> {
  const child = fork(CLIENT, [], { serialization: 'advanced' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`load client: expected a report, ended with ${code}`);
  });
  const [report] = (await Promise.race([once(child, 'message'), ended])) as [LoadReport];
  ended.catch(() => undefined);
  return report;
}

interface Signing {
  readonly url: URL;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What the one who verifies takes the time to be. */
  readonly nowMs: number;
}

/** Signed JSON requests (POST), ready to be sent. */
export async function signed(bodies: readonly unknown[], signing: Signing): Promise<PreparedRequest[]> {
  const { url, region, credentials, nowMs } = signing;
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: NodeSha256 });
  const prepared: PreparedRequest[] = [];
  for (const one of bodies) {
    const body = JSON.stringify(one);
    const plain = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json' },
      body,
    };
    const { headers } = await signer.sign(plain, { signingDate: new Date(nowMs) });
    prepared.push({ path: url.pathname, headers, body });
  }
  return prepared;
}

/** The platform's SHA-256, as the signer asks for one. */
class NodeSha256 {
  readonly #hash: { update(data: string | Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
