import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { Boosting } from '../boosting/boosting.ts';
import { boostedFamily, type NativePlaces } from '../boosting/family.ts';
import { parameterText, SEARCH_SPACE } from './parameters.ts';
import { parseModel } from './parse-model.ts';

/** LightGBM among the boosted families. */
export const LIGHTGBM: Boosting = {
  name: 'lightgbm',
  searchSpace: SEARCH_SPACE,
  parameterText,
  weights: (weights) => Float32Array.from(weights),
  parseModel,
  oracle(ask, text, outputs) {
    let trees: number | undefined;
    return {
      leaves(matrix) {
        trees ??= parseModel(text).roots.length;
        return ask(matrix, 'leaf', trees);
      },
      rawScores: (matrix) => ask(matrix, 'raw', outputs),
    };
  },
};

/**
 * Gradient-boosted trees by LightGBM.
 *
 * @example
 * const family = lightGbmFamily({ searchPath: '/opt/lib', workerFile: '/var/task/worker.js' });
 * const model = await family.fit(request);
 */
export function lightGbmFamily(places: NativePlaces): ModelFamily {
  return boostedFamily(LIGHTGBM, places);
}
