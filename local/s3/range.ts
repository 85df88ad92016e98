import { S3Error } from './error.ts';

/** A byte interval of an object, both ends included, `0 <= start <= end < size`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The interval a Range header asks for, or undefined for the whole object (no header, several ranges, other units: S3 ignores them).
 * Throws InvalidRange when nothing of it lies within the object. `parseRange('bytes=-2', 10)` -> `{ start: 8, end: 9 }`.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (header === undefined || !found || (found[1] === '' && found[2] === '')) return undefined;
  const [, first = '', last = ''] = found;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw unsatisfiable(header, size);
  return { start, end };
}

function unsatisfiable(header: string, size: number): S3Error {
  return new S3Error('InvalidRange', `expected a range within ${size} bytes, was ${header}`, {
    elements: { RangeRequested: header, ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}
