/**
 * Expected calibration error of the most likely class (Guo et al. 2017): over equal-width bins of
 * confidence, the mean distance between confidence and accuracy, weighted by rows. Empty gives NaN.
 *
 * @param probabilities - [rows x width]
 * @example expectedCalibrationError([0.8, 0.2], [0], 2) // 0.2: said 0.8, was always right
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  width: number,
  bins = 10,
): number {
  const gap = new Float64Array(bins);
  for (let row = 0; row < labels.length; row += 1) {
    let best = 0;
    const p = (at: number) => probabilities[row * width + at] as number;
    for (let at = 1; at < width; at += 1) if (p(at) > p(best)) best = at;
    const bin = Math.min(bins - 1, Math.floor(p(best) * bins));
    gap[bin]! += p(best) - (labels[row] === best ? 1 : 0);
  }
  return gap.reduce((sum, value) => sum + Math.abs(value), 0) / labels.length;
}
