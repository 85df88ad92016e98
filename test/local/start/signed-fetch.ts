import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface SignedRequest {
  readonly method?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** When it is signed; now unless given. */
  readonly signedAt?: Date;
}

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Calls the HTTP API with a signature made by the AWS SDK's own signer. */
export async function signedFetch(endpoint: string, path: string, key: Key, request: SignedRequest = {}) {
  const { method = 'GET', body, headers = {}, query = {}, signedAt = new Date() } = request;
  const url = new URL(endpoint);
  const signer = new SignatureV4({
    credentials: key,
    region: 'ap-south-1',
    service: 'execute-api',
    sha256: Sha256,
  });
  const unsigned = {
    method,
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path,
    query: { ...query },
    headers: { host: url.host, ...headers },
    ...(body === undefined ? {} : { body }),
  };
  const signed = await signer.sign(unsigned, { signingDate: signedAt });
  const { host: _, ...sent } = signed.headers;
  const search = new URLSearchParams(query).toString();
  const target = `${endpoint}${path}${search === '' ? '' : `?${search}`}`;
  return fetch(target, {
    method,
    headers: sent,
    ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
  });
}

/** The body of an answer as JSON of a shape the test expects. */
export async function jsonOf<T = Record<string, unknown>>(response: Response): Promise<T> {
  return (await response.json()) as T;
}
