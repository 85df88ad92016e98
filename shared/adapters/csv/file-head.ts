import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { RejectedInput } from '../../errors.ts';
import { fileError } from './file-error.ts';

const HEAD_BYTES = 64 * 1024;

/**
 * The beginning of a text file, decompressed, without byte-order mark: enough to know what the file is.
 * Throws RejectedInput when the file cannot be read, or is gzip although its name does not end in `.gz`.
 */
export async function readHead(path: string): Promise<string> {
  try {
    const bytes = await firstBytes(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (isGzip && !path.endsWith('.gz')) {
      throw new RejectedInput(
        `${path}: expected plain text as the name says, was gzip data; rename it to end in .gz`,
        { field: 'file' },
      );
    }
    // The beginning of a gzip file is whole only as far as it goes.
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    const text = (isGzip ? gunzipSync(bytes, options) : bytes).toString('utf8');
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    throw fileError(path, 'a file to import', '.csv or .json', error);
  }
}

/** What a file of no known kind is, by its first line that is not blank. Example: `a file that begins a,b`. */
export function beginning(line: string): string {
  if (line === '') return 'an empty file';
  return line.includes('\0') ? 'binary data' : `a file that begins ${line.slice(0, 80)}`;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
