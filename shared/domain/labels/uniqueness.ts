import { MINUTE_MS, minuteStamp } from '../market/indian-time.ts';

/**
 * When a label is known (epoch milliseconds): with the last moment of the minute its span ends in, since a minute
 * stands for its last row. Example: a span of 5 minutes at 10:00:20 ends at 10:05:59.999.
 */
export function labelEndMs(timestampMs: number, spanMinutes: number): number {
  return minuteStamp(timestampMs) + (spanMinutes + 1) * MINUTE_MS - 1;
}

/**
 * How much of each label is its own (Lopez de Prado 2018, 4.4): the mean, over the rows its span
 * covers, of one over the number of labels that cover that row. A span of s minutes covers the rows
 * of the s minutes after its own; a label that covers no row is wholly its own.
 *
 * @param timestampsMs - ascending, of the rows with a label only
 * @param spanMinutes - how long each label looks ahead, to the barrier it hit; > 0
 * @returns weights in (0, 1], one a row
 * @example sampleUniqueness([0, 60_000, 120_000], [2, 1, 1]) // [0.75, 0.5, 1]
 */
export function sampleUniqueness(
  timestampsMs: ArrayLike<number>,
  spanMinutes: ArrayLike<number>,
): Float64Array {
  const rows = timestampsMs.length;
  const ends = spanEnds(timestampsMs, spanMinutes);
  const steps = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row += 1) {
    steps[row + 1]! += 1;
    steps[(ends[row] as number) + 1]! -= 1;
  }
  const inverse = new Float64Array(rows + 1);
  let concurrent = 0;
  for (let row = 0; row < rows; row += 1) {
    concurrent += steps[row] as number;
    inverse[row + 1] = (inverse[row] as number) + (concurrent > 0 ? 1 / concurrent : 0);
  }
  return Float64Array.from({ length: rows }, (_, row) => {
    const end = ends[row] as number;
    if (end === row) return 1;
    // The running sum rounds: alone, a label can come out a breath above 1.
    return Math.min(1, ((inverse[end + 1] as number) - (inverse[row + 1] as number)) / (end - row));
  });
}

/** The last row that each label covers; the row itself when it covers none. */
function spanEnds(timestampsMs: ArrayLike<number>, spanMinutes: ArrayLike<number>): Int32Array {
  const rows = timestampsMs.length;
  return Int32Array.from({ length: rows }, (_, row) => {
    const until = labelEndMs(timestampsMs[row] as number, spanMinutes[row] as number);
    let end = row;
    while (end + 1 < rows && (timestampsMs[end + 1] as number) <= until) end += 1;
    return end;
  });
}
