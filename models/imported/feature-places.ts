import { RejectedInput } from '../../shared/errors.ts';

/**
 * Where each of a model's features stands in a row of its feature set.
 *
 * @throws RejectedInput naming the first feature that the set does not have
 * @example featurePlaces(['vix'], 'tracker-v2', ['hour', 'vix']) // [1]
 */
export function featurePlaces(
  features: readonly string[],
  set: string,
  names: readonly string[],
): Int32Array {
  const unknown = features.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const shown = unknown.slice(0, 3).join(', ');
    throw new RejectedInput(
      `features: expected names of ${set} (docs/data-dictionary.md lists its ${names.length}), was ${shown}` +
        `${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ''}; rename them in the manifest, ` +
        'or train the model without them',
      { field: 'features' },
    );
  }
  return Int32Array.from(features, (name) => names.indexOf(name));
}
