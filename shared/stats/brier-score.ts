/**
 * Multi-class Brier score (Brier 1950): mean over rows of the sum over classes of (p - y)^2, in 0 .. 2.
 * Empty gives NaN. Example: `brierScore([1, 0, 0], [0], 3)` is 0, `brierScore([1, 0, 0], [1], 3)` is 2.
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  width: number,
): number {
  let total = 0;
  for (let row = 0; row < labels.length; row += 1) {
    for (let at = 0; at < width; at += 1) {
      const miss = (probabilities[row * width + at] as number) - (labels[row] === at ? 1 : 0);
      total += miss * miss;
    }
  }
  return total / labels.length;
}
