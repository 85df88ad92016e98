import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the native library is, or why the family cannot be used on this machine. */
export type Library =
  | { readonly available: true; readonly lightgbm: string; readonly openmp: string | null }
  | { readonly available: false; readonly reason: string };

/**
 * Looks for lib_lightgbm.so, and the libgomp.so.1 beside it, in the folders of a search path.
 *
 * @param searchPath - folders joined as in LD_LIBRARY_PATH; empty parts are skipped
 * @example findLibrary('/opt/lib:/usr/lib') // { available: true, lightgbm: '/opt/lib/lib_lightgbm.so', ... }
 */
export function findLibrary(searchPath: string): Library {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const lightgbm = join(folder, 'lib_lightgbm.so');
    if (!existsSync(lightgbm)) continue;
    const openmp = join(folder, 'libgomp.so.1');
    return { available: true, lightgbm, openmp: existsSync(openmp) ? openmp : null };
  }
  const looked = folders.length === 0 ? 'an empty search path' : folders.join(', ');
  return {
    available: false,
    reason: `lib_lightgbm.so: expected in one of the library folders, was absent from ${looked}; run layers/lightgbm/build.ts`,
  };
}
