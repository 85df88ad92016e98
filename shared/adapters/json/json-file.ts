import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { RejectedInput } from '../../errors.ts';
import { fileError } from '../csv/file-error.ts';

/** A chain answer is well below a megabyte; an archive that unfolds to more than this is not one. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The value of a JSON file; `.gz` is decompressed. Throws RejectedInput that names the file, `what` was expected there,
 * and what is wrong.
 */
export async function readJsonFile(path: string, what = 'a file'): Promise<unknown> {
  const text = await readText(path, what);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new RejectedInput(`${path}: expected JSON, was not (${message}); fetch it again`, {
      field: 'file',
      cause: error,
    });
  }
}

async function readText(path: string, what: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    const plain = path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes;
    return plain.toString('utf8');
  } catch (error) {
    throw fileError(path, `${what} (.json or .json.gz)`, '.json', error);
  }
}
