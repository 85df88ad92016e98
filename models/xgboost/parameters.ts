import { RejectedInput } from '../../shared/errors.ts';
import type { ModelParameters, ParameterRange } from '../../shared/ports/model-family.ts';
import type { Objective } from '../boosting/protocol.ts';

/** Small trees for a few thousand overlapping observations: shallow, strongly regularised. */
export const DEFAULT_PARAMETERS: ModelParameters = {
  eta: 0.05,
  max_depth: 4,
  min_child_weight: 15,
  subsample: 0.8,
  colsample_bytree: 0.7,
  lambda: 5,
  max_bin: 128,
};

/** Around the defaults; rounds are found by early stopping. */
export const SEARCH_SPACE: readonly ParameterRange[] = [
  { name: 'eta', low: 0.01, high: 0.2, scale: 'log', integer: false },
  { name: 'max_depth', low: 2, high: 8, scale: 'linear', integer: true },
  { name: 'min_child_weight', low: 1, high: 200, scale: 'log', integer: false },
  { name: 'subsample', low: 0.5, high: 1, scale: 'linear', integer: false },
  { name: 'colsample_bytree', low: 0.3, high: 1, scale: 'linear', integer: false },
  { name: 'lambda', low: 0.1, high: 100, scale: 'log', integer: false },
];

/** What a caller may set; other boosters, categorical splits and the like have no exact export. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULT_PARAMETERS),
  'alpha',
  'gamma',
  'max_leaves',
]);

const OBJECTIVE: Readonly<Record<Objective, ModelParameters>> = {
  classes: { objective: 'multi:softprob', num_class: 3, eval_metric: 'mlogloss' },
  magnitude: { objective: 'reg:squarederror', eval_metric: 'rmse' },
};

const FIXED: ModelParameters = { tree_method: 'hist', verbosity: 0 };

/**
 * The parameters the library is given: the caller's values over the defaults, what the export needs over both. Sorted,
 * so that equal parameters give equal text.
 *
 * @param seed - whole number
 * @param threads - 1 where cores are shared
 * @throws RejectedInput naming a parameter that is not known
 */
export function parameterText(
  parameters: ModelParameters,
  seed: number,
  threads: number,
  objective: Objective = 'classes',
): string {
  for (const name of Object.keys(parameters)) {
    if (KNOWN.has(name)) continue;
    throw new RejectedInput(`${name}: expected one of ${[...KNOWN].join(', ')}, was ${name}`, {
      field: name,
    });
  }
  const all = {
    ...DEFAULT_PARAMETERS,
    ...parameters,
    ...FIXED,
    ...OBJECTIVE[objective],
    seed,
    nthread: threads,
  };
  return Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
