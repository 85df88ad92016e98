import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LibraryName } from './protocol.ts';

/** Where the native library is, or why the family cannot be used on this machine. */
export type Library =
  | { readonly available: true; readonly library: string; readonly openmp: string | null }
  | { readonly available: false; readonly reason: string };

const FILES: Readonly<Record<LibraryName, string>> = {
  lightgbm: 'lib_lightgbm.so',
  xgboost: 'libxgboost.so',
};

/**
 * Looks for a family's library and for libgomp.so.1 in the folders of a search path. The first libgomp.so.1 is taken,
 * whichever library it lies beside: all families then share one copy in a process.
 *
 * @param searchPath - folders joined as in LD_LIBRARY_PATH; empty parts are skipped
 * @example findLibrary('lightgbm', '/opt/lib') // { available: true, library: '/opt/lib/lib_lightgbm.so', ... }
 */
export function findLibrary(name: LibraryName, searchPath: string): Library {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  const find = (file: string) => folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  const library = find(FILES[name]);
  if (library !== undefined) return { available: true, library, openmp: find('libgomp.so.1') ?? null };
  const looked = folders.length === 0 ? 'an empty search path' : folders.join(', ');
  return {
    available: false,
    reason: `${FILES[name]}: expected in one of the library folders, was absent from ${looked}; run layers/${name}/build.ts`,
  };
}

/** @returns 64 hex digits */
export function sha256OfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
