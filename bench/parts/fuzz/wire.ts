import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request byte by byte: nothing of it is put in order on its way. */
export interface WireRequest {
  readonly method: string;
  /** As it is sent, percent-encoded or not. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly ms: number;
}

export interface SigningScope {
  /** What the one who verifies takes the time to be. */
  readonly atMs: number;
  readonly region: string;
  readonly service: string;
  readonly key: KeyPair;
  /** Left out of the signature. */
  readonly unsigned?: string;
  /** In place of the body's hash. */
  readonly payloadHash?: string;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** RFC 3986: everything but letters, digits and `-._~`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The request with its AWS Signature Version 4, all its headers signed. Written from the specification alone. */
export function signedWire(plain: WireRequest, host: string, scope: SigningScope): WireRequest {
  const amzDate = new Date(scope.atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = { ...plain.headers, host, 'x-amz-date': amzDate };
  const names = Object.keys(headers)
    .filter((name) => name !== scope.unsigned)
    .sort();
  const pairs = plain.query
    .split('&')
    .filter(Boolean)
    .map((pair) => pair.split('='));
  const query = pairs
    .map(([name = '', ...value]) => [decoded(name), decoded(value.join('='))].map(encoded))
    .sort(([a = '', b = ''], [c = '', d = '']) => (a === c ? Number(b > d) - Number(b < d) : a > c ? 1 : -1))
    .map((pair) => pair.join('='))
    .join('&');
  const canonical = [
    plain.method,
    plain.path.split('/').map(encoded).join('/'),
    query,
    ...names.map((name) => `${name}:${headers[name]!.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    scope.payloadHash ?? sha256(plain.body ?? ''),
  ].join('\n');
  const day = amzDate.slice(0, 8);
  const credential = [day, scope.region, scope.service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', amzDate, credential.join('/'), sha256(canonical)].join('\n');
  const key = credential.reduce<string | Buffer>(hmac, `AWS4${scope.key.secretAccessKey}`);
  const signature = hmac(key as Buffer, toSign).toString('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${scope.key.accessKeyId}/${credential.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...plain, headers };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A pool of connections to one server. */
export interface Wire {
  readonly host: string;
  /** Rejects when there is no answer within `withinMs`, or the connection ends without one. */
  send(request: WireRequest, withinMs: number): Promise<WireAnswer>;
  close(): void;
}

export function openWire(endpoint: string, connections: number): Wire {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    host,
    close: () => agent.destroy(),
    send: (one, withinMs) =>
      new Promise((resolve, reject) => {
        const startMs = performance.now();
        const path = one.query === '' ? one.path : `${one.path}?${one.query}`;
        const length = one.body === null ? {} : { 'content-length': String(one.body.length) };
        const headers = { host, ...length, ...one.headers };
        const sent = request({ agent, hostname, port, method: one.method, path, headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            clearTimeout(late);
            const ms = performance.now() - startMs;
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: String(Buffer.concat(chunks)),
              ms,
            });
          });
        });
        const late = setTimeout(() => sent.destroy(new Error(`no answer within ${withinMs} ms`)), withinMs);
        sent.on('error', (error) => {
          clearTimeout(late);
          reject(error);
        });
        sent.end(one.body ?? undefined);
      }),
  };
}
