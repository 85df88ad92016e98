import type { ChainContext } from './context.ts';

/** Minutes of trading in a year: volatilities of the session alone are annualised by it, nights left out. */
const YEAR_MINUTES = 252 * 375;
const LEAST_RETURNS = 10;
const BLOCK_MINUTES = 5;
const LEAST_BLOCK_PRICES = 4;
const LEAST_BLOCKS = 6;

type Prices = Pick<ChainContext, 'window' | 'ago'>;

/**
 * Realised variance of the log price a minute over the last `minutes`: summed squares of the returns from snapshot to
 * snapshot over the minutes they span. NaN with fewer than 10 returns, or less than half of the time covered.
 */
export function realisedVarianceAMinute({ window, ago }: Prices, minutes: number): number {
  const from = ago.findIndex((one) => one <= minutes);
  let squares = 0;
  for (let at = from + 1; at < ago.length; at += 1) squares += logReturn(window, at - 1, at) ** 2;
  const covered = ago[from]!;
  return ago.length - 1 - from < LEAST_RETURNS || covered < minutes / 2 ? Number.NaN : squares / covered;
}

/** Realised volatility of the last `minutes`, percent a year (252 sessions of 375 minutes). */
export function realisedVolatilityPct(prices: Prices, minutes: number): number {
  return annualisedPct(realisedVarianceAMinute(prices, minutes));
}

/** A variance a minute as a volatility in percent a year. */
export function annualisedPct(varianceAMinute: number): number {
  return 100 * Math.sqrt(varianceAMinute * YEAR_MINUTES);
}

/**
 * Variance a minute from the high and low of blocks of 5 minutes (Parkinson, 1980): mean of ln(high / low)^2 / (4 ln 2)
 * over 5. Sampled once a minute, it is lower than from every tick. NaN with fewer than 6 blocks of 4 prices.
 */
export function rangeVarianceAMinute({ window, ago }: Prices, minutes: number): number {
  let [sum, blocks] = [0, 0];
  for (let newest = 0; newest + BLOCK_MINUTES <= minutes; newest += BLOCK_MINUTES) {
    let [high, low, count] = [0, Number.POSITIVE_INFINITY, 0];
    for (let at = ago.length - 1; at >= 0 && ago[at]! <= newest + BLOCK_MINUTES; at -= 1) {
      if (ago[at]! < newest) continue;
      const price = window.snapshots[at]!.underlying_price;
      high = Math.max(high, price);
      low = Math.min(low, price);
      count += 1;
    }
    if (count < LEAST_BLOCK_PRICES) continue;
    sum += Math.log(high / low) ** 2 / (4 * Math.LN2);
    blocks += 1;
  }
  return blocks < LEAST_BLOCKS ? Number.NaN : sum / blocks / BLOCK_MINUTES;
}

/**
 * Share of the realised variance that came in jumps: 1 - bipower variation / realised variance, never below 0
 * (Barndorff-Nielsen and Shephard, 2004), of neighbouring one-minute returns. NaN with fewer than 10 pairs, or where
 * the price stands in most minutes: a source that gives a new price every third minute makes jumps of all moves.
 */
export function jumpShare({ window, ago }: Prices, minutes: number): number {
  let [squares, products, pairs, returns, standing] = [0, 0, 0, 0, 0];
  let before = Number.NaN;
  for (let at = Math.max(1, ago.findIndex((one) => one <= minutes) + 1); at < ago.length; at += 1) {
    const isNeighbour = ago[at - 1]! - ago[at]! === 1;
    const size = isNeighbour ? Math.abs(logReturn(window, at - 1, at)) : Number.NaN;
    if (!Number.isNaN(size)) {
      squares += size * size;
      returns += 1;
      standing += Number(size === 0);
      if (!Number.isNaN(before)) {
        products += size * before;
        pairs += 1;
      }
    }
    before = size;
  }
  if (pairs < LEAST_RETURNS || 2 * standing > returns) return Number.NaN;
  return Math.max(0, 1 - ((Math.PI / 2) * (products / pairs)) / (squares / returns));
}

/** Log return of the underlying from one snapshot of a window to another. */
export function logReturn({ snapshots }: Prices['window'], from: number, to: number): number {
  return Math.log(snapshots[to]!.underlying_price / snapshots[from]!.underlying_price);
}
