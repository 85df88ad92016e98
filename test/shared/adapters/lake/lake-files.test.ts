import { beforeEach, describe, expect, it } from 'vitest';
import { lakeFiles } from '../../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../../../shared/adapters/s3/bundle-files.ts';
import { contentHash } from '../../../../shared/domain/lake/content-hash.ts';
import type { LakeFiles } from '../../../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { memoryObjectStore } from '../../../contract/memory-ports.ts';

const TABLE = {
  rows: 2,
  columns: [
    { name: 'price', type: 'double' as const, values: [1, null] },
    { name: 'symbol', type: 'string' as const, values: ['a', 'b'] },
  ],
};
const keyOf = (sha256: string) => `chain/${sha256.slice(0, 8)}.parquet`;

let bucket: ObjectStore;
let lake: LakeFiles;
beforeEach(() => {
  bucket = memoryObjectStore();
  lake = lakeFiles(bucket, hyparquetCodec);
});

describe('lakeFiles', () => {
  it('names a file by its content; the same table is the same file', async () => {
    const file = await lake.write(TABLE, keyOf);
    const written = hyparquetCodec.write(TABLE);
    expect(file).toEqual({
      path: keyOf(file.sha256),
      sha256: contentHash(written),
      bytes: written.byteLength,
    });
    expect(await lake.write(structuredClone(TABLE), keyOf)).toEqual(file);
    expect(await bucket.list('')).toEqual([file.path]);
  });

  it('reads what was written, all columns or those named', async () => {
    const file = await lake.write(TABLE, keyOf);
    expect(await lake.read(file)).toEqual(TABLE);
    expect(await lake.read(file, ['symbol'])).toEqual({ ...TABLE, columns: TABLE.columns.slice(1) });
  });

  it('refuses bytes that are not what the hash says, naming the file', async () => {
    const file = await lake.write(TABLE, keyOf);
    await bucket.put(file.path, hyparquetCodec.write({ ...TABLE, columns: TABLE.columns.slice(1) }));
    await expect(lake.read(file)).rejects.toMatchObject({ name: 'InvariantViolated', field: file.path });
  });

  it('says NotFound for a file that is gone', async () => {
    const file = await lake.write(TABLE, keyOf);
    await lake.remove([file.path]);
    await expect(lake.read(file)).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('bundleFiles', () => {
  it('reads every file below the prefix under its path within the bundle', async () => {
    const content = {
      'models/v1/model.onnx': 'onnx',
      'models/v1/trees/a.json': '{}',
      'models/v10/model.onnx': 'other',
    };
    for (const [key, text] of Object.entries(content)) await bucket.put(key, text);
    const files = await bundleFiles(bucket)('models/v1/');
    expect([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([
      ['model.onnx', 'onnx'],
      ['trees/a.json', '{}'],
    ]);
  });
});
