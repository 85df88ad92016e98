import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedFiles } from '../../../cli/sql/file-cache.ts';
import { contentHash } from '../../../shared/domain/lake/content-hash.ts';
import { memoryObjectStore } from '../../contract/memory-ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oi-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keyOf = (name: string) => `chain/exchange=NSE/date=2025-12-04/${name}.parquet`;
const bytes = (text: string) => new TextEncoder().encode(text);

async function bucketWith(...names: string[]) {
  const bucket = memoryObjectStore();
  const files = names.map((name) => ({ path: keyOf(name), sha256: contentHash(bytes(name)) }));
  for (const name of names) await bucket.put(keyOf(name), name);
  return { bucket, files };
}

describe('cachedFiles', () => {
  it('brings each file below its partitions, named by its hash, in order, and tells of each', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `file ${at}`);
    const { bucket, files } = await bucketWith(...names);
    const told: string[] = [];
    const paths = await cachedFiles(bucket, folder, files, (done, total) => told.push(`${done}/${total}`));
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(names);
    expect(paths[0]).toBe(join(folder, 'chain/exchange=NSE/date=2025-12-04', `${files[0]?.sha256}.parquet`));
    expect(told).toEqual(names.map((_, at) => `${at + 1}/20`));
  });

  it('fetches nothing twice', async () => {
    const { bucket, files } = await bucketWith('a');
    const first = await cachedFiles(bucket, folder, files, () => undefined);
    await bucket.remove([keyOf('a')]);
    const never = () => expect.unreachable('was fetched again');
    expect(await cachedFiles(bucket, folder, files, never)).toEqual(first);
  });

  it('keeps nothing that its hash does not prove, and no part of a file', async () => {
    const { bucket, files } = await bucketWith('a');
    await bucket.put(keyOf('a'), 'something else');
    await expect(cachedFiles(bucket, folder, files, () => undefined)).rejects.toMatchObject({
      name: 'InvariantViolated',
      field: keyOf('a'),
    });
    expect(existsSync(join(folder, 'chain'))).toBe(false);
    const whole = await bucketWith('b');
    await cachedFiles(whole.bucket, folder, whole.files, () => undefined);
    const names = readdirSync(join(folder, 'chain/exchange=NSE/date=2025-12-04'));
    expect(names).toEqual([`${whole.files[0]?.sha256}.parquet`]);
  });

  it('says NotFound for a file that is gone', async () => {
    const { bucket, files } = await bucketWith('a');
    await bucket.remove([keyOf('a')]);
    await expect(cachedFiles(bucket, folder, files, () => undefined)).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
