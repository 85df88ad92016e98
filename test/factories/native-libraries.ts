import { buildLayer as buildLightGbm } from '../../layers/lightgbm/build.ts';
import { parseArch } from '../../layers/wheels/wheel.ts';
import { buildLayer as buildXgBoost } from '../../layers/xgboost/build.ts';
import { findLibrary } from '../../models/boosting/find-library.ts';
import type { LibraryName } from '../../models/boosting/protocol.ts';
import { NativeThread } from '../../models/boosting/thread.ts';

export const WORKER_FILE = new URL('../../models/boosting/worker.ts', import.meta.url);

const BUILD = { lightgbm: buildLightGbm, xgboost: buildXgBoost };

/** The library folder of this machine; built on first use. */
export function libraryFolder(name: LibraryName = 'lightgbm'): string {
  return `${BUILD[name](parseArch([])).folder}/lib`;
}

export function startThread(name: LibraryName = 'lightgbm'): NativeThread {
  const found = findLibrary(name, libraryFolder(name));
  if (!found.available) throw new Error(found.reason);
  return new NativeThread({ name, library: found.library, openmp: found.openmp }, WORKER_FILE);
}
