import { normalisedImpliedDeviation } from '../../../stats/normalised-implied-deviation.ts';
import { type Black76Option, black76Price, intrinsicValue, outOfTheMoneyLog } from './black76.ts';

/** Why a price has no implied volatility. */
export const NO_VOLATILITY_REASONS = [
  'no_price',
  'no_forward',
  'expired',
  'below_intrinsic',
  'above_maximum',
] as const;
export type NoVolatility = (typeof NO_VOLATILITY_REASONS)[number];

/** A found volatility whose price is further off, in units of rounding, is compared with its neighbours. */
const CLOSE_ENOUGH = 1.5 * Number.EPSILON;
const SETTLING_ATTEMPTS = 12;
/** Just enough of a volatility to reach the next double. */
const NEIGHBOUR = 0.6 * Number.EPSILON;

const isPositive = (value: number | null): value is number =>
  value !== null && value > 0 && value < Number.POSITIVE_INFINITY;

/**
 * Volatility at which Black's model (1976) gives this price: a fraction per root year, to machine precision, or the
 * reason why there is none; never a floor value. `no_price`, `no_forward`: null, not finite or not above 0.
 * `below_intrinsic`: at or below the discounted intrinsic value, so that only volatility 0 or none fits.
 * `above_maximum`: at or above what no volatility reaches (discounted forward for a call, strike for a put).
 *
 * @param price - index points
 * @example impliedVolatility({ optionType: 'CE', forward: 26000, strike: 26000, years: 7 / 365 }, 172.37) // 0.1199998
 */
export function impliedVolatility(option: Black76Option, price: number | null): number | NoVolatility {
  const { optionType, forward, strike, years, discountFactor = 1 } = option;
  if (!isPositive(price)) return 'no_price';
  if (!isPositive(forward)) return 'no_forward';
  if (!(years > 0)) return 'expired';
  const undiscounted = price / discountFactor;
  const timeValue = undiscounted - intrinsicValue(optionType, forward, strike);
  if (!(timeValue > 0)) return 'below_intrinsic';
  if (undiscounted >= (optionType === 'CE' ? forward : strike)) return 'above_maximum';
  const x = outOfTheMoneyLog(forward, strike);
  const normalised = timeValue / (Math.sqrt(forward) * Math.sqrt(strike));
  if (normalised === 0) return 'below_intrinsic';
  const deviation = normalisedImpliedDeviation(x, normalised);
  if (!(deviation < Number.POSITIVE_INFINITY)) return 'above_maximum';
  const h = x / deviation;
  return settled(option, price, deviation / Math.sqrt(years), 1 + h * h);
}

/**
 * The volatility, or the neighbour that prices best where rounding in the price shows. Elasticity is near 1 + h^2:
 * the price moves by so many roundings when the volatility moves by one.
 */
function settled(option: Black76Option, price: number, volatility: number, elasticity: number): number {
  const tolerance = CLOSE_ENOUGH * price * (0.5 + 0.5 * elasticity);
  let best = volatility;
  let least = Number.POSITIVE_INFINITY;
  let trial = volatility;
  for (let attempt = 0; attempt < SETTLING_ATTEMPTS; attempt += 1) {
    const gap = price - black76Price(option, trial);
    if (Math.abs(gap) < least) {
      best = trial;
      least = Math.abs(gap);
    }
    if (least <= tolerance) break;
    const away = attempt % 2 === 0 ? 1 + attempt / 2 : -(1 + attempt) / 2;
    trial = volatility + away * NEIGHBOUR * volatility;
  }
  return best;
}
