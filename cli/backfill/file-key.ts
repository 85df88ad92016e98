import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileError } from '../../shared/adapters/csv/file-error.ts';

/**
 * What a file is, whatever it is called: SHA-256 (hex) of its bytes.
 * @throws RejectedInput when it cannot be read.
 */
export async function fileKey(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw fileError(path, 'a file to import', '.csv or .json', error);
  }
  return hash.digest('hex');
}

/** The key of a file that is imported together with others: another set of these is another import. */
export function keyWith(key: string, supplements: readonly string[]): string {
  if (supplements.length === 0) return key;
  return createHash('sha256')
    .update([key, ...[...supplements].sort()].join('\n'))
    .digest('hex');
}
