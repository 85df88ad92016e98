import type { IncomingHttpHeaders } from 'node:http';

/** What encoding leaves as it is. */
const UNRESERVED_PATH = /^[A-Za-z0-9/._~-]*$/;

/**
 * The path in a canonical request. Every service but S3 encodes the path, as it was sent, once more.
 *
 * @example canonicalPath('/v1/a%20b', true) // '/v1/a%2520b'
 */
export function canonicalPath(path: string, isEncodedTwice: boolean): string {
  if (!isEncodedTwice || UNRESERVED_PATH.test(path)) return path;
  return path.split('/').map(encode).join('/');
}

/** Query parameters in a canonical request: encoded, sorted by name and value. */
export function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** One `name:value` line per signed header, in the order they were signed in. */
export function signedHeaderLines(headers: IncomingHttpHeaders, signedHeaders: readonly string[]): string[] {
  return signedHeaders.map((name) => `${name}:${singleSpaced(String(headers[name] ?? '').trim())}`);
}

function singleSpaced(text: string): string {
  return text.includes('  ') ? text.replace(/ +/g, ' ') : text;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

// By code unit, as the specification has it, never by locale.
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
