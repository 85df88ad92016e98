import { expiryMs } from '../../market/moneyness.ts';
import type { Leg } from '../../market/snapshot.ts';
import { impliedVolatility } from '../../market/volatility/implied-volatility.ts';
import { type PricedLeg, parityForward } from '../../market/volatility/parity-forward.ts';
import { isWithin } from './ladder-width.ts';
import { usablePrice } from './usable-price.ts';

const YEAR_MS = 365 * 86_400_000;

/**
 * A chain's implied volatilities at one moment under Black's model (1976) on the forward of put-call parity,
 * undiscounted: no interest rate is delivered, and at 7 % a month's discounting is 0.6 % of a price.
 */
export interface Smile {
  /** Index points; NaN when no strike has both prices. */
  readonly forward: number;
  /** How far apart the strikes' own forwards lie (weighted median distance), index points; NaN without a forward. */
  readonly dispersion: number;
  /** Calendar time to expiry, 365 days a year; 0 once expired. */
  readonly years: number;
  /** Rising strikes of the ladder that have a volatility, and it: a fraction, of the leg out of the money. */
  readonly strikes: readonly number[];
  readonly volatilities: readonly number[];
  /** At the forward; NaN when no two strikes enclose it. */
  readonly atmVolatility: number;
}

/** What a smile is made of. */
export interface SmileInput {
  readonly legs: readonly Leg[];
  readonly timestampMs: number;
  readonly expiry: string;
  readonly underlyingPrice: number;
  /** Index points either side of the underlying price; strikes beyond are not looked at. */
  readonly halfWidth: number;
}

const SMILES = new WeakMap<readonly Leg[], { readonly input: SmileInput; readonly smile: Smile }>();

/** The smile of a snapshot. Remembered for its list of legs, which must not be changed afterwards. */
export function smileOf(input: SmileInput): Smile {
  const known = SMILES.get(input.legs);
  if (known !== undefined && isSameInput(known.input, input)) return known.smile;
  const smile = solve(input);
  SMILES.set(input.legs, { input, smile });
  return smile;
}

function isSameInput(a: SmileInput, b: SmileInput): boolean {
  return (
    a.timestampMs === b.timestampMs &&
    a.expiry === b.expiry &&
    a.underlyingPrice === b.underlyingPrice &&
    a.halfWidth === b.halfWidth
  );
}

function solve(input: SmileInput): Smile {
  const years = Math.max(0, expiryMs(input.expiry) - input.timestampMs) / YEAR_MS;
  const legs = pricedLegs(input);
  const parity = parityForward(legs);
  const strikes: number[] = [];
  const volatilities: number[] = [];
  if (parity === 'no_forward') {
    return {
      forward: Number.NaN,
      dispersion: Number.NaN,
      years,
      strikes,
      volatilities,
      atmVolatility: Number.NaN,
    };
  }
  const { forward, dispersion } = parity;
  for (const { strike, option_type: optionType, ltp } of legs) {
    if (optionType !== (strike < forward ? 'PE' : 'CE')) continue;
    const volatility = impliedVolatility({ optionType, forward, strike, years }, ltp);
    if (typeof volatility === 'string') continue;
    strikes.push(strike);
    volatilities.push(volatility);
  }
  const atmVolatility = volatilityAt({ strikes, volatilities }, forward);
  return { forward, dispersion, years, strikes, volatilities, atmVolatility };
}

/** The ladder's legs that have a usable price, as their last price, by rising strike. */
function pricedLegs({ legs, underlyingPrice, halfWidth }: SmileInput): PricedLeg[] {
  const priced: PricedLeg[] = [];
  for (const leg of legs) {
    if (!isWithin(leg.strike, underlyingPrice, halfWidth)) continue;
    const price = usablePrice(leg);
    if (Number.isNaN(price)) continue;
    const { strike, option_type } = leg;
    priced.push({ strike, option_type, ltp: price, best_bid: null, best_ask: null });
  }
  return priced.sort((a, b) => a.strike - b.strike);
}

/** Volatility at a strike, between its neighbours by a straight line in the strike; NaN outside of the smile. */
export function volatilityAt(
  { strikes, volatilities }: Pick<Smile, 'strikes' | 'volatilities'>,
  strike: number,
): number {
  const above = strikes.findIndex((one) => one >= strike);
  if (above < 0) return Number.NaN;
  if (strikes[above] === strike) return volatilities[above]!;
  if (above === 0) return Number.NaN;
  const [low, high] = [strikes[above - 1]!, strikes[above]!];
  const share = (strike - low) / (high - low);
  return volatilities[above - 1]! * (1 - share) + volatilities[above]! * share;
}

/** Like `volatilityAt`, but beyond the smile that of its nearest end; NaN for an empty smile. */
export function volatilityNear(smile: Smile, strike: number): number {
  const { strikes } = smile;
  if (strikes.length === 0) return Number.NaN;
  return volatilityAt(smile, Math.min(Math.max(strike, strikes[0]!), strikes.at(-1)!));
}
