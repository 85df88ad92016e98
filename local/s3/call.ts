import type { LocalRequest } from '../service.ts';
import { S3Error } from './error.ts';
import { nameOperation } from './operation-name.ts';

/** A request read as S3 reads it: which operation, on which bucket and key (both '' when the path has none). */
export interface S3Call {
  /** Amazon's name of the operation, such as `PutObject`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const MAXIMUM_KEY_BYTES = 1024;

/** Reads a path-style request; throws InvalidURI for broken percent encoding and KeyTooLongError above 1,024 bytes. */
export function readCall(request: LocalRequest): S3Call {
  const { bucket, key } = splitPath(request.path);
  const headers = flattenHeaders(request);
  const { method, query, body } = request;
  return {
    operation: nameOperation({ method, bucket, key, query, headers }),
    bucket,
    key,
    query,
    headers,
    body,
  };
}

/** `/bucket/a%20b/c` -> `{ bucket: 'bucket', key: 'a b/c' }`. Slashes after the first belong to the key. */
export function splitPath(path: string): { bucket: string; key: string } {
  const found = /^\/?([^/]*)(?:\/(.*))?$/s.exec(path);
  const bucket = decodePart(found?.[1] ?? '');
  const key = decodePart(found?.[2] ?? '');
  const bytes = Buffer.byteLength(key);
  if (bytes > MAXIMUM_KEY_BYTES) {
    throw new S3Error(
      'KeyTooLongError',
      `expected a key of at most ${MAXIMUM_KEY_BYTES} bytes, was ${bytes}`,
    );
  }
  return { bucket, key };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new S3Error('InvalidURI', `expected percent-encoded UTF-8 in the path, was ${part}`);
  }
}

function flattenHeaders(request: LocalRequest): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(',') : value;
  }
  return flat;
}
