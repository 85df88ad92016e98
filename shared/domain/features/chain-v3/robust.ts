/** Missing numbers are NaN; these measures leave them out and are NaN when too few are left. */

/** Makes the median distance of normal noise its standard deviation. */
const NORMAL_CONSISTENT = 1.4826;

/** The middle value, or the mean of the two middle ones; NaN for none. Example: `median([3, 1, NaN, 2])` is 2. */
export function median(values: readonly number[]): number {
  const known: number[] = [];
  for (const value of values) if (!Number.isNaN(value)) known.push(value);
  if (known.length === 0) return Number.NaN;
  const middle = known.length >> 1;
  const upper = putInPlace(known, middle);
  if (known.length % 2 === 1) return upper;
  let lower = known[0]!;
  for (let i = 1; i < middle; i += 1) lower = Math.max(lower, known[i]!);
  return (lower + upper) / 2;
}

/** Reorders values until the one at `place` is where sorting would put it, none before it larger (Hoare, 1961). */
function putInPlace(values: number[], place: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[place]!;
    let [low, high] = [first, last];
    while (low <= high) {
      while (values[low]! < pivot) low += 1;
      while (values[high]! > pivot) high -= 1;
      if (low > high) break;
      [values[low], values[high]] = [values[high]!, values[low]!];
      low += 1;
      high -= 1;
    }
    if (high < place) first = low;
    if (low > place) last = high;
  }
  return values[place]!;
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
