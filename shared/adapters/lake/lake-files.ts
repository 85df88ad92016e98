import { createHash } from 'node:crypto';
import { InvariantViolated } from '../../errors.ts';
import type { LakeFiles } from '../../ports/lake-files.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { TableCodec } from '../../ports/table-codec.ts';

/** Lake files in a bucket, in the codec's format; every read is checked against the registered hash. */
export function lakeFiles(bucket: ObjectStore, codec: TableCodec): LakeFiles {
  return {
    async write(table, keyOf, groupRows) {
      const file = await codec.write(table, groupRows);
      const sha256 = sha256Of(file);
      const path = keyOf(sha256);
      await bucket.put(path, file);
      return { path, sha256, bytes: file.byteLength };
    },
    async read({ path, sha256 }, columns) {
      const file = await bucket.get(path);
      const actual = sha256Of(file);
      if (actual !== sha256) {
        throw new InvariantViolated(`${path}: expected the registered SHA-256 ${sha256}, was ${actual}`, {
          field: path,
        });
      }
      return codec.read(file, columns);
    },
    async list(prefix) {
      const objects = await bucket.listWithTimes(prefix);
      return objects.map(({ key, writtenMs }) => ({ path: key, writtenMs }));
    },
    remove: (paths) => bucket.remove(paths),
  };
}

/** As `contentHash` of the domain, by the platform: a dataset proves thousands of files. */
function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
