import { RejectedInput } from '../../shared/errors.ts';
import type { ModelParameters, ParameterRange } from '../../shared/ports/model-family.ts';

export const SEARCH_SPACE: readonly ParameterRange[] = [
  { name: 'l2', low: 1e-3, high: 10, scale: 'log', integer: false },
];

/**
 * The ridge: half of it times the sum of squared weights is added to the mean log-loss. It is 1 / (C x the sum of the
 * sample weights) in scikit-learn's words.
 *
 * @returns undefined where none is given
 * @throws RejectedInput for a ridge that is not above 0, or another parameter
 */
export function ridgeOf(parameters: ModelParameters): number | undefined {
  for (const name of Object.keys(parameters)) {
    if (name !== 'l2') throw new RejectedInput(`${name}: expected l2, was ${name}`, { field: name });
  }
  const { l2 } = parameters;
  if (l2 === undefined) return undefined;
  if (typeof l2 === 'number' && l2 > 0 && Number.isFinite(l2)) return l2;
  throw new RejectedInput(`l2: expected a number above 0, was ${l2}`, { field: 'l2' });
}
