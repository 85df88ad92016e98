/**
 * A continuous map of probabilities that never falls: linear between its knots, constant beyond the outermost.
 * One knot is a constant.
 */
export interface MonotoneMap {
  /** Strictly ascending, at least one. */
  readonly at: readonly number[];
  /** Within (0, 1), never falling, one a knot. */
  readonly values: readonly number[];
}

/** @example mapped({ at: [0.2, 0.4], values: [0.1, 0.5] }, 0.3) // 0.3 */
export function mapped({ at, values }: MonotoneMap, x: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return values[0] as number;
  const start = values[low - 1] as number;
  if (low === at.length) return start;
  const from = at[low - 1] as number;
  return start + ((values[low] as number) - start) * ((x - from) / ((at[low] as number) - from));
}

/** `share` of the first map and the rest of the second, with the knots of both; of no share the second itself. */
export function blended(first: MonotoneMap, second: MonotoneMap, share: number): MonotoneMap {
  if (share === 0) return second;
  const at = [...new Set([...first.at, ...second.at])].sort((a, b) => a - b);
  return { at, values: at.map((x) => share * mapped(first, x) + (1 - share) * mapped(second, x)) };
}
