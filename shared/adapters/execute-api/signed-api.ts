import { gzipSync } from 'node:zlib';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Conflict, NotFound, RejectedInput, Temporary, Throttled } from '../../errors.ts';
import type { Api, ApiCall } from '../../ports/api.ts';

interface SignedApiOptions {
  /** `https://….execute-api.<region>.amazonaws.com`, or the local cloud's address. */
  readonly endpoint: string;
  readonly region: string;
  /** A key pair, or the SDK's provider of one. */
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

/** Bodies from this size on are sent as application/gzip. */
const GZIP_FROM_BYTES = 2048;
const SKEW_STATUS = 403;
const SKEW_MS = 60_000;

/**
 * The HTTP API with requests signed by SigV4. Clocks that differ by more than a signature allows are brought together
 * by the answer's Date header, as the AWS SDKs do.
 */
export function signedApi({ endpoint, region, credentials }: SignedApiOptions): Api {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  let clockOffsetMs = 0;
  const send = async (request: ApiCall): Promise<Response> => {
    const url = new URL(endpoint + request.path);
    const { headers, body } = bodyOf(request.body);
    const signed = await signer.sign(
      {
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: { ...request.query },
        headers: { host: url.host, ...headers },
        ...(body === undefined ? {} : { body }),
      },
      { signingDate: new Date(Date.now() + clockOffsetMs) },
    );
    url.search = queryText(request.query ?? {});
    return fetch(url, {
      method: request.method,
      headers: signed.headers,
      ...(body === undefined ? {} : { body }),
    });
  };
  return {
    async call<T>(request: ApiCall): Promise<T> {
      // Of calls that run at once, another may have set the clock since this one was signed.
      const signedOffsetMs = clockOffsetMs;
      let response = await reach(send, request);
      const offsetMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
      if (response.status === SKEW_STATUS && Math.abs(offsetMs - signedOffsetMs) > SKEW_MS) {
        clockOffsetMs = offsetMs;
        response = await reach(send, request);
      }
      return answer<T>(response, request);
    },
  };
}

/** As signatures want it: a space is %20 and never `+`, which some readers take for a plus. */
function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  return pairs.join('&');
}

function bodyOf(body: unknown): { headers: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } {
  if (body === undefined) return { headers: {} };
  const text = JSON.stringify(body);
  if (text.length < GZIP_FROM_BYTES) return { headers: { 'content-type': 'application/json' }, body: text };
  return { headers: { 'content-type': 'application/gzip' }, body: new Uint8Array(gzipSync(text)) };
}

async function reach(send: (request: ApiCall) => Promise<Response>, request: ApiCall): Promise<Response> {
  try {
    return await send(request);
  } catch (error) {
    throw new Temporary(`${request.method} ${request.path}: the API is out of reach`, { cause: error });
  }
}

async function answer<T>(response: Response, { method, path }: ApiCall): Promise<T> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  if (response.ok || response.status === 422) return body as T;
  const { detail, message } = (isJson ? body : {}) as { detail?: string; message?: string };
  const said = `${method} ${path}: ${detail ?? message ?? (text || `HTTP ${response.status}`)}`;
  if (response.status === 404) throw new NotFound(said);
  if (response.status === 409) throw new Conflict(said);
  if (response.status === 429) throw new Throttled(said, { retryAfterS: retryAfterOf(response) });
  if (response.status >= 500) throw new Temporary(said);
  throw new RejectedInput(said);
}

/** Whole seconds from the answer's Retry-After; API Gateway's own 429 has none, and means the second that began. */
function retryAfterOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 1);
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 1;
}
