import type { ReferenceProfile } from './reference.ts';

/**
 * Rows that lie where the training data lay: one of the means, and one per quantile edge number of every feature.
 * They prove that a bundle answers, without any recorded data. Missing statistics are NaN. At least one row.
 */
export function probeRows(reference: ReferenceProfile): Float64Array[] {
  const { features } = reference;
  const most = Math.max(...features.map(({ edges }) => edges.length));
  const edges = Array.from({ length: most }, (_, at) =>
    Float64Array.from(
      features,
      (feature) => feature.edges[Math.min(at, feature.edges.length - 1)] ?? feature.mean ?? Number.NaN,
    ),
  );
  return [meanRow(reference), ...edges];
}

/** The first of `probeRows` alone: the means; NaN where there is none. */
export function meanRow({ features }: ReferenceProfile): Float64Array {
  return Float64Array.from(features, ({ mean }) => mean ?? Number.NaN);
}
