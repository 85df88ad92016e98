import { S3Error } from './error.ts';

/** A body with its aws-chunked framing taken off; trailer names are lower case. */
export interface DecodedChunks {
  readonly content: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const LINE_END = '\r\n';

/**
 * Takes aws-chunked framing off: `<hex size>[;chunk-signature=...]\r\n<data>\r\n` until size 0, then trailer lines.
 * `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n` -> `hello` and one trailer. Throws IncompleteBody when it is cut short.
 */
export function decodeChunks(body: Buffer): DecodedChunks {
  const pieces: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const { size, next } = readChunkHead(body, offset);
    if (size === 0) return { content: Buffer.concat(pieces), trailers: readTrailers(body.subarray(next)) };
    const end = next + size;
    if (body.toString('latin1', end, end + 2) !== LINE_END)
      throw incomplete(`a chunk of ${size} bytes at byte ${next}`);
    pieces.push(body.subarray(next, end));
    offset = end + LINE_END.length;
  }
}

function readChunkHead(body: Buffer, offset: number): { size: number; next: number } {
  const lineEnd = body.indexOf(LINE_END, offset);
  const head = lineEnd < 0 ? '' : body.toString('latin1', offset, lineEnd);
  const digits = /^([0-9a-fA-F]{1,12})(?:;|$)/.exec(head)?.[1];
  if (digits === undefined) throw incomplete(`a chunk size at byte ${offset}`);
  return { size: Number.parseInt(digits, 16), next: lineEnd + LINE_END.length };
}

function readTrailers(rest: Buffer): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of rest.toString('latin1').split(LINE_END)) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete(expected: string): S3Error {
  return new S3Error('IncompleteBody', `expected ${expected} of an aws-chunked body, was cut short`);
}
