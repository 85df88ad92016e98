import type { LabelledMatrix } from '../../shared/ports/model-family.ts';
import { logSumExp } from '../../shared/stats/log-sum-exp.ts';

/** The weighted mean log-loss of raw scores [rows x 3], by their softmax; NaN when no row weighs anything. */
export function scoresLogLoss(
  scores: Float64Array,
  { labels, weights }: Pick<LabelledMatrix, 'labels' | 'weights'>,
): number {
  const classes = scores.length / labels.length;
  let [sum, total] = [0, 0];
  labels.forEach((label, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const weight = weights[row] as number;
    sum += weight * (logSumExp(own) - (own[label] as number));
    total += weight;
  });
  return sum / total;
}
