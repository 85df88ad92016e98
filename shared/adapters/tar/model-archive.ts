import { gzipSync } from 'node:zlib';
import { InvariantViolated } from '../../errors.ts';

const BLOCK = 512;
const MOST_NAME_BYTES = 100;

/**
 * Files as one `model.tar.gz` (POSIX ustar), sorted by their path, without times and owners: the same files give the same
 * bytes. @throws InvariantViolated for a path that the format has no room for.
 */
export function modelArchive(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.flatMap(([path, bytes]) => [header(path, bytes.length), bytes, padding(bytes.length)]);
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > MOST_NAME_BYTES) {
    throw new InvariantViolated(`${path}: expected a path of at most ${MOST_NAME_BYTES} bytes`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  block.write(path, 0);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // The sum counts its own field as spaces.
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)}\u0000 `, 148);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
