/**
 * The p-quantile of numbers, interpolated between neighbours (Hyndman and Fan type 7, R's default).
 * `sorted` is ascending and without NaN; empty gives NaN. Example: `quantile([1, 2, 3, 4], 0.5)` is 2.5.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = Math.min(Math.max(p, 0), 1) * (sorted.length - 1);
  const below = Math.floor(place);
  const lower = sorted[below] as number;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return place === below ? lower : lower + (place - below) * (upper - lower);
}
