/** Missing numbers are NaN; these measures leave them out and are NaN when too few are left. */

/** Makes the median distance of normal noise its standard deviation. */
const NORMAL_CONSISTENT = 1.4826;

/** The middle value, or the mean of the two middle ones; NaN for none. Example: `median([3, 1, NaN, 2])` is 2. */
export function median(values: readonly number[]): number {
  const sorted = sortedKnown(values);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Up to this many values, putting each in its place is faster than a general sort. */
const FEW = 48;

function sortedKnown(values: readonly number[]): number[] {
  const known: number[] = [];
  for (const value of values) if (!Number.isNaN(value)) known.push(value);
  if (known.length > FEW) return known.sort((a, b) => a - b);
  for (let i = 1; i < known.length; i += 1) {
    const value = known[i]!;
    let place = i;
    for (; place > 0 && known[place - 1]! > value; place -= 1) known[place] = known[place - 1]!;
    known[place] = value;
  }
  return known;
}

/**
 * How many deviations a value lies from the median of others, the deviation being 1.4826 times their median distance
 * from it; NaN when they are fewer than `least` or do not differ. Example: `robustScore(7, [1, 2, 3], 3)` is 3.37.
 */
export function robustScore(value: number, others: readonly number[], least: number): number {
  if (others.length < least) return Number.NaN;
  const centre = median(others);
  const distance = median(others.map((other) => Math.abs(other - centre)));
  return distance > 0 ? (value - centre) / (NORMAL_CONSISTENT * distance) : Number.NaN;
}

/** The median of the slopes of all pairs of points with rising x (Theil, 1950; Sen, 1968); NaN below `least` points. */
export function medianSlope(x: readonly number[], y: readonly number[], least: number): number {
  if (x.length < least) return Number.NaN;
  const slopes: number[] = [];
  for (let i = 0; i < x.length; i += 1) {
    for (let j = i + 1; j < x.length; j += 1) slopes.push((y[j]! - y[i]!) / (x[j]! - x[i]!));
  }
  return median(slopes);
}
