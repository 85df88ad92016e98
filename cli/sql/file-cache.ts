import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvariantViolated } from '../../shared/errors.ts';
import type { LakeFile } from '../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** More at once would not be faster: the files are small, the connection is one. */
const FETCHES_AT_ONCE = 8;

/**
 * Brings lake files into a folder, each once for good: the name is the hash of its bytes, below the partitions of its
 * key, so that environments share what is the same. `fetched` is told after each file that was not there.
 * @returns the paths, in the order of the files.
 * @throws NotFound for a file that was removed meanwhile, InvariantViolated for one that its hash does not prove.
 */
export async function cachedFiles(
  bucket: ObjectStore,
  folder: string,
  files: readonly LakeFile[],
  fetched: (done: number, total: number) => void,
): Promise<string[]> {
  const paths = files.map((file) => cachePath(folder, file));
  const missing = files.filter((_, at) => !existsSync(paths[at] as string));
  let done = 0;
  const queue = [...missing];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      await fetchFile(bucket, file, cachePath(folder, file));
      fetched(++done, missing.length);
    }
  };
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, worker));
  return paths;
}

/** Example: `.../chain/exchange=NSE/date=2025-12-04/<sha256>.parquet`. */
function cachePath(folder: string, { path, sha256 }: LakeFile): string {
  return join(folder, dirname(path), `${sha256}.parquet`);
}

async function fetchFile(bucket: ObjectStore, { path, sha256 }: LakeFile, to: string): Promise<void> {
  const content = await bucket.get(path);
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== sha256) {
    throw new InvariantViolated(`${path}: expected the registered SHA-256 ${sha256}, was ${actual}`, {
      field: path,
    });
  }
  await mkdir(dirname(to), { recursive: true });
  // Under another name first: whoever finds the file finds all of it.
  const part = `${to}.${randomUUID()}.part`;
  await writeFile(part, content);
  await rename(part, to);
}
