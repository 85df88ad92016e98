import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** A bucket as a folder: what a benchmark measures is the code, and no server on the way. */
export function folderStore(folder: string): ObjectStore {
  return {
    async put(key, content) {
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return true;
    },
    get: (key) => readFile(join(folder, key)),
    async list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      const keys = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
      return keys.filter((key) => key.startsWith(prefix)).sort();
    },
    async listWithTimes(prefix) {
      const times = (await this.list(prefix)).map(async (key) => {
        const { mtimeMs } = await stat(join(folder, key));
        return { key, writtenMs: mtimeMs };
      });
      return Promise.all(times);
    },
    async remove(keys) {
      for (const key of keys) await rm(join(folder, key), { force: true });
    },
  };
}
