import { buildLayer } from '../../layers/lightgbm/build.ts';
import { parseArch } from '../../layers/wheels/wheel.ts';
import { LightGbmEngine } from '../../models/lightgbm/engine.ts';
import { findLibrary } from '../../models/lightgbm/library.ts';

export const WORKER_FILE = new URL('../../models/lightgbm/worker.ts', import.meta.url);

/** The library folder of this machine; built on first use. */
export function libraryFolder(): string {
  return `${buildLayer(parseArch([])).folder}/lib`;
}

export function startEngine(): LightGbmEngine {
  const library = findLibrary(libraryFolder());
  if (!library.available) throw new Error(library.reason);
  return new LightGbmEngine(library, WORKER_FILE);
}
