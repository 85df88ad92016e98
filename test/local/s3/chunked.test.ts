import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunks } from '../../../local/s3/chunked.ts';

/** The framing an SDK writes, with or without chunk signatures. */
function frame(pieces: readonly Buffer[], trailer: string, isSigned = false): Buffer {
  const signature = isSigned ? `;chunk-signature=${'0'.repeat(64)}` : '';
  const chunks = pieces.flatMap((piece) => [
    Buffer.from(`${piece.length.toString(16)}${signature}\r\n`),
    piece,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`0${signature}\r\n${trailer}\r\n`)]);
}

const pieces = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 5 },
);

describe('decodeChunks', () => {
  it('reads content and trailers', () => {
    const body = Buffer.from('5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==\r\n\r\n');
    const { content, trailers } = decodeChunks(body);
    expect(content.toString()).toBe('hello');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'NhCmhg==' });
  });

  it('gives back whatever was framed', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (parts, isSigned) => {
        const decoded = decodeChunks(frame(parts, 'a:b\r\n', isSigned));
        expect(decoded.content.equals(Buffer.concat(parts))).toBe(true);
        expect(decoded.trailers).toEqual({ a: 'b' });
      }),
    );
  });

  it('never takes a body that was cut before its last chunk for a whole one', () => {
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 0.999, noNaN: true }), (parts, share) => {
        const body = frame(parts, '');
        const end = body.length - '0\r\n\r\n'.length;
        const cut = body.subarray(0, Math.floor(end * share));
        expect(() => decodeChunks(cut)).toThrow(/cut short/);
      }),
    );
  });

  it.each(['', 'zz\r\n', '5\r\nhello', '5\r\nhelloXX0\r\n\r\n', '-1\r\n\r\n'])('refuses %j', (text) => {
    expect(() => decodeChunks(Buffer.from(text))).toThrow(/expected .* was cut short/);
  });
});
