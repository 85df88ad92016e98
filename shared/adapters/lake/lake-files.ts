import { contentHash } from '../../domain/lake/content-hash.ts';
import { InvariantViolated } from '../../errors.ts';
import type { LakeFiles } from '../../ports/lake-files.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { TableCodec } from '../../ports/table-codec.ts';

/** Lake files in a bucket, in the codec's format; every read is checked against the registered hash. */
export function lakeFiles(bucket: ObjectStore, codec: TableCodec): LakeFiles {
  return {
    async write(table, keyOf, groupRows) {
      const file = await codec.write(table, groupRows);
      const sha256 = contentHash(file);
      const path = keyOf(sha256);
      await bucket.put(path, file);
      return { path, sha256, bytes: file.byteLength };
    },
    async read({ path, sha256 }, columns) {
      const file = await bucket.get(path);
      const actual = contentHash(file);
      if (actual !== sha256) {
        throw new InvariantViolated(`${path}: expected the registered SHA-256 ${sha256}, was ${actual}`, {
          field: path,
        });
      }
      return codec.read(file, columns);
    },
    remove: (paths) => bucket.remove(paths),
  };
}
