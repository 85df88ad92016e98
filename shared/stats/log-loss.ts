const SMALLEST = 1e-15;

/**
 * Weighted mean of -log p(true class); probabilities below 1e-15 count as 1e-15.
 *
 * @param probabilities - [rows x width]
 * @param labels - 0 .. width - 1
 * @param weights - omitted: all alike. Empty gives NaN.
 * @example logLoss([0.5, 0.5], [1], 2) // 0.6931471805599453
 */
export function logLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  width: number,
  weights?: ArrayLike<number>,
): number {
  let total = 0;
  let weightSum = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    const p = probabilities[row * width + (labels[row] as number)] as number;
    total -= weight * Math.log(Math.max(p, SMALLEST));
    weightSum += weight;
  }
  return total / weightSum;
}
