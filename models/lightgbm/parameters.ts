import { RejectedInput } from '../../shared/errors.ts';
import type { ParameterRange } from '../../shared/ports/model-family.ts';
import type { Objective } from '../boosting/protocol.ts';

/** LightGBM's own parameter names and values. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

/** Small trees for a few thousand overlapping observations: shallow, strongly regularised. */
export const DEFAULT_PARAMETERS: Parameters = {
  learning_rate: 0.05,
  num_leaves: 15,
  max_depth: 5,
  min_data_in_leaf: 40,
  feature_fraction: 0.7,
  bagging_fraction: 0.8,
  bagging_freq: 1,
  lambda_l2: 5,
  max_bin: 127,
};

/** Around the defaults; rounds are found by early stopping. */
export const SEARCH_SPACE: readonly ParameterRange[] = [
  { name: 'learning_rate', low: 0.01, high: 0.2, scale: 'log', integer: false },
  { name: 'num_leaves', low: 4, high: 63, scale: 'log', integer: true },
  { name: 'max_depth', low: 2, high: 8, scale: 'linear', integer: true },
  { name: 'min_data_in_leaf', low: 10, high: 400, scale: 'log', integer: true },
  { name: 'feature_fraction', low: 0.3, high: 1, scale: 'linear', integer: false },
  { name: 'bagging_fraction', low: 0.5, high: 1, scale: 'linear', integer: false },
  { name: 'lambda_l2', low: 0.1, high: 100, scale: 'log', integer: false },
];

const OBJECTIVE: Readonly<Record<Objective, Parameters>> = {
  classes: { objective: 'multiclass', num_class: 3, metric: 'multi_logloss' },
  magnitude: { objective: 'regression', metric: 'rmse' },
};

const FIXED: Parameters = {
  deterministic: true,
  force_row_wise: true,
  verbosity: -1,
};

// What the exact export cannot carry, or what crashes (design: models).
const REFUSED: Readonly<Record<string, string>> = {
  linear_tree: 'linear trees have no exact export',
  categorical_feature: 'categorical splits have no exact export',
  zero_as_missing: 'zero as missing has no exact export',
  use_quantized_grad: 'quantised gradients crash the library',
  boosting: 'only plain boosting sums its trees',
};

/**
 * The parameter string the library is given: the caller's values over the defaults, what determinism
 * needs over both. The order is sorted, so equal parameters give equal text.
 *
 * @param seed - whole number; every seed of the library is derived from it
 * @param threads - 1 where cores are shared
 * @throws RejectedInput naming the parameter, when it cannot be exported exactly
 */
export function parameterText(
  parameters: Parameters,
  seed: number,
  threads: number,
  objective: Objective = 'classes',
): string {
  for (const [name, why] of Object.entries(REFUSED)) {
    if (parameters[name] !== undefined && parameters[name] !== false) {
      throw new RejectedInput(`${name}: expected to be left out (${why}), was ${parameters[name]}`, {
        field: name,
      });
    }
  }
  const all = {
    ...DEFAULT_PARAMETERS,
    ...parameters,
    ...FIXED,
    ...OBJECTIVE[objective],
    seed,
    num_threads: threads,
  };
  return Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
