import type { Black76Option } from '../../../../../shared/domain/market/volatility/black76.ts';

const MINUTE_YEARS = 1 / (365 * 24 * 60);

const between = (low: number, high: number, share: number) => low * (high / low) ** share;

export interface VolatileOption {
  readonly option: Black76Option;
  readonly volatility: number;
}

/**
 * An option from the whole range that a chain can show and beyond: the last minute to two years, volatility 1 % to
 * 500 %, and a strike within eight deviations of the forward (every fourth at most one part in a thousand from it).
 */
export function randomOption(next: () => number): VolatileOption {
  const forward = between(1_000, 100_000, next());
  const years = between(MINUTE_YEARS, 2, next());
  const volatility = between(0.01, 5, next());
  const reach = next() < 0.25 ? 0.001 : 8 * volatility * Math.sqrt(years);
  const strike = forward * Math.exp((2 * next() - 1) * reach);
  const optionType = next() < 0.5 ? 'CE' : 'PE';
  const discountFactor = next() < 0.5 ? 1 : Math.exp(-0.07 * years);
  return { option: { optionType, forward, strike, years, discountFactor }, volatility };
}
