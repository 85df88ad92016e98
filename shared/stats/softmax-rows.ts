/**
 * Softmax of each row of a [rows x width] matrix; each row of the result sums to 1.
 * Example: `softmaxRows([0, 0, 5, 5], 2)` is [0.5, 0.5, 0.5, 0.5].
 */
export function softmaxRows(scores: ArrayLike<number>, width: number): Float64Array {
  const result = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += width) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = start; at < start + width; at += 1) largest = Math.max(largest, scores[at] as number);
    let sum = 0;
    for (let at = start; at < start + width; at += 1) {
      const power = Math.exp((scores[at] as number) - largest);
      result[at] = power;
      sum += power;
    }
    for (let at = start; at < start + width; at += 1) result[at]! /= sum;
  }
  return result;
}
