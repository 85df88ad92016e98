/** Missing numbers are NaN; these measures leave them out and are NaN when too few are left. */

/** The middle value, or the mean of the two middle ones; NaN for none. Example: `median([3, 1, NaN, 2])` is 2. */
export function median(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (known.length === 0) return Number.NaN;
  const middle = known.length >> 1;
  return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
}
