/**
 * Area under the ROC curve: the chance that a positive has the higher score, ties counting half
 * (Mann-Whitney). NaN when either kind is absent.
 * Example: `areaUnderRoc([0.1, 0.4, 0.35, 0.8], [false, false, true, true])` is 0.75.
 */
export function areaUnderRoc(scores: ArrayLike<number>, positive: ArrayLike<boolean | number>): number {
  const order = Int32Array.from(scores, (_, row) => row).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    const score = scores[order[start] as number];
    while (end < order.length && scores[order[end] as number] === score) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) {
      if (!positive[order[at] as number]) continue;
      positives += 1;
      rankSum += rank;
    }
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
