import type { ObjectStore } from '../../ports/object-store.ts';

/** Reads every file below a bundle's prefix: path within the bundle -> bytes. */
export function bundleFiles(bucket: Pick<ObjectStore, 'get' | 'list'>) {
  return async (prefix: string): Promise<Map<string, Uint8Array>> => {
    const keys = await bucket.list(prefix);
    const files = await Promise.all(keys.map((key) => bucket.get(key)));
    return new Map(keys.map((key, index) => [key.slice(prefix.length), files[index]!]));
  };
}
