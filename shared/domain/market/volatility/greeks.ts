import { InvariantViolated } from '../../../errors.ts';
import { millsRatio } from '../../../stats/mills-ratio.ts';
import { normalDensity } from '../../../stats/normal-density.ts';
import { type Black76Option, black76Price } from './black76.ts';
import type { NoVolatility } from './implied-volatility.ts';

/**
 * Sensitivities of one long option's price under Black's model (1976), by the **forward** (not the spot); volatility
 * and forward do not move each other, and the rate is held. Time runs forwards: theta and charm are what a year's
 * passing brings, so theta is mostly negative. For a day divide by 365, for a volatility point divide by 100.
 */
export interface Greeks {
  /** Index points per index point: in 0 .. 1 for a call, -1 .. 0 for a put, times the discount factor. */
  readonly delta: number;
  /** Delta per index point. */
  readonly gamma: number;
  /** Index points per 1.00 of volatility. */
  readonly vega: number;
  /** Index points per year. */
  readonly theta: number;
  /** Delta per 1.00 of volatility, which is vega per index point. */
  readonly vanna: number;
  /** Delta per year. */
  readonly charm: number;
}

/**
 * The greeks at a volatility, or the reason why there are none (an implied volatility's reason is handed on).
 * Throws InvariantViolated for a volatility that is neither above 0 nor a reason.
 *
 * @param volatility - a fraction per root year
 * @example greeks({ optionType: 'CE', forward: 26000, strike: 26000, years: 7 / 365 }, 0.12) // delta 0.5033
 */
export function greeks(option: Black76Option, volatility: number | NoVolatility): Greeks | NoVolatility {
  const { optionType, forward, strike, years, discountFactor = 1 } = option;
  if (typeof volatility === 'string') return volatility;
  if (!(volatility > 0)) throw new InvariantViolated(`volatility: expected above 0, was ${volatility}`);
  if (forward === null || !(forward > 0)) return 'no_forward';
  if (!(years > 0)) return 'expired';
  const deviation = volatility * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const d2 = d1 - deviation;
  const density = discountFactor * normalDensity(d1);
  const delta = discountFactor * (optionType === 'CE' ? probabilityBelow(d1) : -probabilityBelow(-d1));
  const rate = -Math.log(discountFactor) / years;
  return {
    delta,
    gamma: density / (forward * deviation),
    vega: forward * density * Math.sqrt(years),
    theta: (-forward * density * deviation) / (2 * years) + rate * black76Price(option, volatility),
    vanna: (-density * d2) / volatility,
    charm: (density * d2) / (2 * years) + rate * delta,
  };
}

/** The normal distribution function, with all its digits in the lower tail. */
function probabilityBelow(d: number): number {
  const tail = normalDensity(d) * millsRatio(Math.abs(d));
  return d < 0 ? tail : 1 - tail;
}
