/**
 * Counts by (true class, predicted class), row-major [width x width].
 * Example: `confusionMatrix([0, 1, 1], [0, 1, 0], 2)` is [1, 0, 1, 1].
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  width: number,
): Int32Array {
  const counts = new Int32Array(width * width);
  for (let row = 0; row < labels.length; row += 1) {
    counts[(labels[row] as number) * width + (predicted[row] as number)]! += 1;
  }
  return counts;
}
