import { normalisedBlack } from '../../../stats/normalised-black.ts';

/** A European option on a forward: what Black's model of 1976 needs besides volatility. */
export interface Black76Option {
  readonly optionType: 'CE' | 'PE';
  /** Index points, above 0; null when none could be had. */
  readonly forward: number | null;
  /** Index points, above 0. */
  readonly strike: number;
  /** Time to expiry in years of 365 days; 0 and below is expired. */
  readonly years: number;
  /** Present value of one rupee at expiry, above 0; 1 when left out. */
  readonly discountFactor?: number;
}

/**
 * Minus the distance of log-moneyness from the money, -|ln(forward / strike)|: the log-moneyness of whichever of call
 * and put is out of the money. By the difference, so that it keeps its digits at the money.
 */
export function outOfTheMoneyLog(forward: number, strike: number): number {
  const low = Math.min(forward, strike);
  const gap = Math.abs(forward - strike);
  return 2 * gap < low ? -Math.log1p(gap / low) : -Math.abs(Math.log(forward / strike));
}

/** What exercise at the forward would bring, undiscounted: index points, at least 0. */
export function intrinsicValue(optionType: 'CE' | 'PE', forward: number, strike: number): number {
  return Math.max(0, optionType === 'CE' ? forward - strike : strike - forward);
}

/**
 * Price in index points at a volatility (a fraction per root year, 0.12 is 12 %): Black, 1976. At volatility 0, or
 * expired, the discounted intrinsic value. No forward, or a negative volatility, gives NaN.
 * Example: a call, forward 26000, strike 26000, 7 days, 0.12 is 172.37022569670526.
 */
export function black76Price(option: Black76Option, volatility: number): number {
  const { optionType, forward, strike, years, discountFactor = 1 } = option;
  if (forward === null || !(volatility >= 0)) return Number.NaN;
  const deviation = years > 0 ? volatility * Math.sqrt(years) : 0;
  const scale = Math.sqrt(forward) * Math.sqrt(strike);
  const timeValue = scale * normalisedBlack(outOfTheMoneyLog(forward, strike), deviation);
  return discountFactor * (intrinsicValue(optionType, forward, strike) + timeValue);
}
