import type { FeatureSpec } from '../feature-set.ts';
import { deviation, sumOf } from './arithmetic.ts';
import type { FeatureContext } from './context.ts';
import { AT } from './names.ts';
import type { PriceSeries } from './series.ts';

const WINDOWS = [5, 10, 20, 30] as const;
const ROC_WINDOWS = [5, 15, 30] as const;

/** Price and underlying volume by minute (FEATURES.md, 4.7). */
export const PRICE: readonly FeatureSpec[] = [
  ...WINDOWS.flatMap((minutes) => [
    of(`price_momentum_${minutes}`, 'frac', `price / price ${minutes} minutes earlier - 1`, minutes),
    of(
      `price_zscore_${minutes}`,
      'sigma',
      `(price - mean) / sample deviation of the last ${minutes} prices`,
      minutes,
    ),
  ]),
  of(
    'realized_vol_5m',
    'frac/year',
    'sample deviation of the last 5 one-minute returns x sqrt(252 x 375)',
    5,
  ),
  ...ROC_WINDOWS.map((minutes) =>
    of(`price_roc_${minutes}m`, 'pct', `100 x (price / price ${minutes} minutes earlier - 1)`, minutes),
  ),
  of(
    'order_flow_toxicity',
    '0..1',
    'share of the volume of the last 30 minutes in minutes whose price changed',
    30,
  ),
];

function of(name: keyof typeof AT, unit: string, formula: string, lookBackMinutes: number): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.7', lookBackMinutes, missing: '0' };
}

const MINUTES_A_YEAR = 252 * 375;
const RETURNS = 5;
const TOXICITY_MINUTES = 30;

/** Writes the group's features. */
export function putPrice({ series }: FeatureContext, out: Float64Array): void {
  for (const minutes of WINDOWS) {
    out[AT[`price_momentum_${minutes}`]] = change(series.prices, minutes);
    out[AT[`price_zscore_${minutes}`]] = zscore(series.prices, minutes);
  }
  for (const minutes of ROC_WINDOWS) out[AT[`price_roc_${minutes}m`]] = 100 * change(series.prices, minutes);
  out[AT.realized_vol_5m] = realizedVolatility(series.prices);
  out[AT.order_flow_toxicity] = toxicity(series);
}

function change(prices: readonly number[], minutes: number): number {
  const before = prices.at(-1 - minutes);
  return before === undefined || before === 0 ? 0 : prices.at(-1)! / before - 1;
}

function zscore(prices: readonly number[], minutes: number): number {
  if (prices.length <= minutes) return 0;
  const recent = prices.slice(-minutes);
  if (allEqual(recent)) return 0;
  const mean = sumOf(recent) / minutes;
  return (recent.at(-1)! - mean) / deviation(recent, mean, 1);
}

function realizedVolatility(prices: readonly number[]): number {
  const recent = prices.slice(-RETURNS - 1);
  const returns = recent.slice(1).map((price, index) => price / recent[index]! - 1);
  if (returns.length < RETURNS || allEqual(returns)) return 0;
  return deviation(returns, sumOf(returns) / RETURNS, 1) * Math.sqrt(MINUTES_A_YEAR);
}

function toxicity({ prices, volumes }: PriceSeries): number {
  const from = Math.max(0, prices.length - TOXICITY_MINUTES);
  let total = 0;
  let moved = 0;
  for (let i = from; i < prices.length; i += 1) {
    total += volumes[i]!;
    if (i > from && prices[i] !== prices[i - 1]) moved += volumes[i]!;
  }
  return total === 0 ? 0 : moved / total;
}

function allEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
