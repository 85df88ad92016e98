export interface CurvePoint {
  /** Share of the positives found (recall, true positive rate). */
  readonly recall: number;
  readonly falsePositiveRate: number;
  /** Share of the found that are positive. */
  readonly precision: number;
}

/**
 * The points that a falling threshold passes, ties taken together: read as (falsePositiveRate, recall) it is the ROC
 * curve, as (recall, precision) the precision-recall curve. At most `most` points, evenly chosen, the last one always.
 * Empty when either kind is absent.
 * Example: `thresholdCurve([0.9, 0.4], [true, false], 10)` is
 * `[{ recall: 1, falsePositiveRate: 0, precision: 1 }, { recall: 1, falsePositiveRate: 1, precision: 0.5 }]`.
 */
export function thresholdCurve(
  scores: ArrayLike<number>,
  positive: ArrayLike<boolean>,
  most: number,
): CurvePoint[] {
  const order = Array.from(scores, (_, row) => row).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const positives = order.filter((row) => positive[row]).length;
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: CurvePoint[] = [];
  let found = 0;
  order.forEach((row, at) => {
    if (positive[row]) found += 1;
    if (scores[order[at + 1] as number] === scores[row]) return;
    const taken = at + 1;
    points.push({
      recall: found / positives,
      falsePositiveRate: (taken - found) / negatives,
      precision: found / taken,
    });
  });
  return thinned(points, most);
}

function thinned<T>(points: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(points.length / most));
  return points.filter((_, at) => (points.length - 1 - at) % step === 0);
}
