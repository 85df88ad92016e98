import { timeToExpirySeconds } from '../../market/moneyness.ts';
import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureWindow } from '../window.ts';
import { roundHalfEven } from './arithmetic.ts';
import { type FeatureContext, lastKnown } from './context.ts';
import { AT } from './names.ts';

/** Future, expiry and volatility index (FEATURES.md, 4.6). Needs pcr_total_oi and realized_vol_5m to be there. */
export const FUTURE: readonly FeatureSpec[] = [
  of(
    'futures_premium',
    'points',
    'last known future price - underlying price',
    41,
    'future counts as the underlying: 0',
  ),
  of(
    'time_to_expiry_hours',
    'hours',
    'calendar hours from now to 15:30 of the expiry date, never below 0',
    0,
    'none',
  ),
  of('futures_premium_x_time', 'points x hours', 'futures_premium x time_to_expiry_hours', 41, '0'),
  of('vix', 'pct', 'last known volatility index', 41, '0'),
  of('vol_risk_premium', 'mixed', 'vix (percent) - realized_vol_5m (fraction)', 41, 'vix 0'),
  of('pcr_x_vix', 'ratio x pct', 'pcr_total_oi x vix', 41, 'vix 0'),
  of(
    'atm_shift_intensity',
    '0..1',
    'smoothed strikes that the at-the-money strike moved a minute, over 10, at most 1',
    9,
    '0',
  ),
];

function of(
  name: keyof typeof AT,
  unit: string,
  formula: string,
  lookBackMinutes: number,
  missing: string,
): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.6', lookBackMinutes, missing };
}

const HOUR_SECONDS = 3600;
const SHIFT_ENTRIES = 10;
const SMOOTHING = 2 / 11;

/** Writes the group's features; reads pcr_total_oi and realized_vol_5m from the vector. */
export function putFuture(context: FeatureContext, out: Float64Array): void {
  const { window, last, nowMs, series } = context;
  const premium = context.futurePrice - last.underlying_price;
  const hours = timeToExpirySeconds(nowMs, window.expiry) / HOUR_SECONDS;
  const vix = lastKnown(window, 'vix');
  out[AT.futures_premium] = premium;
  out[AT.time_to_expiry_hours] = hours;
  out[AT.futures_premium_x_time] = premium * hours;
  out[AT.vix] = vix;
  out[AT.vol_risk_premium] = vix - out[AT.realized_vol_5m]!;
  out[AT.pcr_x_vix] = out[AT.pcr_total_oi]! * vix;
  out[AT.atm_shift_intensity] = shiftIntensity(series.listPrices, window);
}

function shiftIntensity(prices: readonly number[], { strikeStep, state }: FeatureWindow): number {
  if (prices.length < SHIFT_ENTRIES) return 0;
  const strikes = prices.slice(-SHIFT_ENTRIES).map((price) => roundHalfEven(price / strikeStep));
  const shiftAt = (index: number) => Math.abs(strikes[index]! - strikes[index - 1]!);
  let smoothed = state.atmShiftEwma ?? shiftAt(1);
  for (let i = 2; i < SHIFT_ENTRIES; i += 1) smoothed = SMOOTHING * shiftAt(i) + (1 - SMOOTHING) * smoothed;
  return Math.min(1, smoothed / SHIFT_ENTRIES);
}
