import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { KeyPair } from '../../cli/connection.ts';
import { type CloudProcess, outputsOf } from './cloud-process.ts';

/** A request byte by byte as somebody may send it. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Who signs: a role, a key pair of one's own, or nobody. */
  readonly as?: 'tracker' | 'operator' | 'viewer' | 'nobody' | KeyPair;
}

export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
  readonly body: any;
}

/** Sends a request to the cloud's API; the tracker posts snapshots unless it says otherwise. */
export async function sendRaw(
  { endpoint }: CloudProcess,
  nowMs: number,
  request: RawRequest,
): Promise<RawAnswer> {
  const { method = 'POST', path = '/v1/snapshots', query = {}, as = 'tracker', body } = request;
  const url = new URL(outputsOf(endpoint)['ApiEndpoint']! + path);
  const headers = { 'content-type': 'application/json', ...request.headers };
  const credentials = typeof as === 'object' ? as : as === 'nobody' ? undefined : endpoint.keys[as];
  const unsigned = {
    ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: { ...query } },
    headers: { host: url.host, ...headers },
    ...(body === undefined ? {} : { body }),
  };
  const signer = { service: 'execute-api', region: endpoint.region, sha256: Sha256 };
  const signed =
    credentials === undefined
      ? unsigned
      : await new SignatureV4({ ...signer, credentials }).sign(unsigned, { signingDate: new Date(nowMs) });
  url.search = new URLSearchParams(query).toString();
  const answer = await fetch(url, {
    method,
    headers: signed.headers,
    ...(body === undefined ? {} : { body }),
  });
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  return {
    status: answer.status,
    type,
    retryAfter: answer.headers.get('retry-after'),
    body: type.includes('json') ? JSON.parse(text) : text,
  };
}
