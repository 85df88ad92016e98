/** Empty bins count as this share, so that the logarithm stays finite. */
const SMALLEST_SHARE = 1e-4;

/**
 * Population stability index between two distributions over the same bins: the sum of (a - e) ln(a / e). Never
 * negative, 0 for equal shares, the same both ways round. Throws RangeError for different numbers of bins.
 * Example: `populationStabilityIndex([0.5, 0.5], [0.25, 0.75])` is 0.27465307216702745.
 */
export function populationStabilityIndex(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length) {
    throw new RangeError(`bins: expected ${expected.length}, was ${actual.length}`);
  }
  let total = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    const e = Math.max(SMALLEST_SHARE, expected[bin] as number);
    const a = Math.max(SMALLEST_SHARE, actual[bin] as number);
    total += (a - e) * Math.log(a / e);
  }
  return total;
}
