import { moments } from './moments.ts';

/**
 * Mean of the correlations (Pearson) of every two of several series of one length, from the variance of the sum of the
 * standardised ones: series that do not vary are left out. Fewer than two series that vary give NaN.
 * Throws RangeError when lengths differ. Example: `meanCorrelation([[1, 2, 3], [2, 4, 6], [3, 2, 1]])` is -1/3.
 */
export function meanCorrelation(series: readonly ArrayLike<number>[]): number {
  const length = series[0]?.length ?? 0;
  const sums = new Float64Array(length);
  let count = 0;
  for (const values of series) {
    if (values.length !== length) {
      throw new RangeError(`series: expected lengths of ${length}, was ${values.length}`);
    }
    const { mean, standardDeviation } = moments(values);
    if (!(standardDeviation > 0)) continue;
    count += 1;
    for (let at = 0; at < length; at += 1) {
      sums[at] = (sums[at] as number) + ((values[at] as number) - mean) / standardDeviation;
    }
  }
  if (count < 2) return Number.NaN;
  return (moments(sums).standardDeviation ** 2 - count) / (count * (count - 1));
}
