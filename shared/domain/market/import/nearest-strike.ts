/**
 * The at-the-money strike: the multiple of `step` nearest to `price`, ties to the even multiple (the tracker's rule).
 * Example: nearestStrike(26025, 50) = 26000, nearestStrike(26075, 50) = 26100.
 */
export function nearestStrike(price: number, step: number): number {
  const steps = price / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  if (rest === 0.5) return (below % 2 === 0 ? below : below + 1) * step;
  return Math.round(steps) * step;
}
