import { moments } from './moments.ts';

/**
 * Mean over sample deviation of returns, per period (not annualised), against a benchmark of 0.
 * Fewer than two returns give NaN; returns without variation give 0 (a flat line is no evidence of skill).
 * Example: `sharpeRatio([0.01, 0.03])` is 1.414213562373095.
 */
export function sharpeRatio(returns: ArrayLike<number>): number {
  const { count, mean, standardDeviation } = moments(returns);
  if (count < 2) return Number.NaN;
  return standardDeviation <= 1e-15 * Math.abs(mean) || standardDeviation === 0
    ? 0
    : mean / standardDeviation;
}
