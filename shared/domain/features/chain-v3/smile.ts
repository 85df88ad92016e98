import { expiryMs } from '../../market/moneyness.ts';
import type { Leg } from '../../market/snapshot.ts';
import { impliedVolatility } from '../../market/volatility/implied-volatility.ts';
import { type PricedLeg, parityForward } from '../../market/volatility/parity-forward.ts';
import { type ChainTable, chainTable } from './chain-table.ts';

const YEAR_MS = 365 * 86_400_000;

/**
 * A chain's implied volatilities at one moment under Black's model, undiscounted (no interest rate is delivered;
 * at 7 % a month's discounting is 0.6 % of a price), by the forward that put-call parity gives.
 */
export interface Smile {
  /** Index points; NaN when no strike has both prices. */
  readonly forward: number;
  /** How far apart the strikes' own forwards lie, index points; NaN without a forward. */
  readonly dispersion: number;
  /** Calendar time to expiry, 365 days a year; 0 once expired. */
  readonly years: number;
  /** Rising strikes within the ladder that have a volatility, and it (fraction per root year, out-of-the-money leg). */
  readonly strikes: readonly number[];
  readonly volatilities: readonly number[];
  /** At the forward, NaN when no two strikes enclose it. */
  readonly atmVolatility: number;
}

/** What a smile is made of: the legs, the exact time, the expiry, and how far around which price it reaches. */
export interface SmileInput {
  readonly legs: readonly Leg[];
  readonly timestampMs: number;
  readonly expiry: string;
  readonly underlyingPrice: number;
  /** Index points either side of the underlying price; strikes beyond are not looked at. */
  readonly halfWidth: number;
}

const SMILES = new WeakMap<readonly Leg[], { input: SmileInput; smile: Smile }>();

/** The smile of a snapshot. Remembered for its list of legs, which must not be changed afterwards. */
export function smileOf(input: SmileInput): Smile {
  const known = SMILES.get(input.legs);
  if (known !== undefined && sameInput(known.input, input)) return known.smile;
  const smile = solve(input);
  SMILES.set(input.legs, { input, smile });
  return smile;
}

function sameInput(a: SmileInput, b: SmileInput): boolean {
  return (
    a.timestampMs === b.timestampMs &&
    a.expiry === b.expiry &&
    a.underlyingPrice === b.underlyingPrice &&
    a.halfWidth === b.halfWidth
  );
}

function solve(input: SmileInput): Smile {
  const table = chainTable(input.legs);
  const years = Math.max(0, expiryMs(input.expiry) - input.timestampMs) / YEAR_MS;
  const places = placesWithin(table.strikes, input.underlyingPrice, input.halfWidth);
  const parity = parityForward(pricedLegs(table, places));
  if (parity === 'no_forward') {
    const none = { forward: Number.NaN, dispersion: Number.NaN, atmVolatility: Number.NaN };
    return { ...none, years, strikes: [], volatilities: [] };
  }
  const { forward, dispersion } = parity;
  const strikes: number[] = [];
  const volatilities: number[] = [];
  for (const place of places) {
    const strike = table.strikes[place]!;
    const optionType = strike < forward ? 'PE' : 'CE';
    const price = (optionType === 'PE' ? table.puts : table.calls).price[place]!;
    const volatility = impliedVolatility({ optionType, forward, strike, years }, price);
    if (typeof volatility === 'string') continue;
    strikes.push(strike);
    volatilities.push(volatility);
  }
  const smile = { forward, dispersion, years, strikes, volatilities };
  return { ...smile, atmVolatility: volatilityAt(smile, forward) };
}

/** Places of the strikes no further than `halfWidth` from a price; a strike as far below as above counts once, above. */
export function placesWithin(strikes: Float64Array, price: number, halfWidth: number): number[] {
  const places: number[] = [];
  for (let place = 0; place < strikes.length; place += 1) {
    const distance = strikes[place]! - price;
    if (distance > -halfWidth && distance <= halfWidth) places.push(place);
  }
  return places;
}

function pricedLegs(table: ChainTable, places: readonly number[]): PricedLeg[] {
  const legs: PricedLeg[] = [];
  for (const place of places) {
    const [call, put] = [table.calls.price[place]!, table.puts.price[place]!];
    if (Number.isNaN(call) || Number.isNaN(put)) continue;
    const strike = table.strikes[place]!;
    legs.push({ strike, option_type: 'CE', ltp: call, best_bid: null, best_ask: null });
    legs.push({ strike, option_type: 'PE', ltp: put, best_bid: null, best_ask: null });
  }
  return legs;
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
