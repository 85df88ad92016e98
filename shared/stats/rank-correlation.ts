/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, ties at their mean rank. NaN for fewer than two
 * values or where one side does not vary.
 *
 * @param a - as long as `b`, no NaN
 * @example rankCorrelation([1, 2, 3], [10, 30, 20]) is 0.5
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ranksA, ranksB] = [meanRanks(a), meanRanks(b)];
  // The mean of the ranks 1..n, ties or not.
  const mean = (a.length + 1) / 2;
  let [together, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [(ranksA[at] as number) - mean, (ranksB[at] as number) - mean];
    together += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA > 0 && ofB > 0 ? together / Math.sqrt(ofA * ofB) : Number.NaN;
}

/** Ranks from 1, smallest first; equal values share the mean of their ranks. Example: [5, 5, 7] gives [1.5, 1.5, 3]. */
export function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, at) => at).sort(
    (x, y) => (values[x] as number) - (values[y] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1;
    for (let at = start; at < end; at += 1) ranks[order[at] as number] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
