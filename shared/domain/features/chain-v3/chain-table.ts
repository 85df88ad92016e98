import type { Leg } from '../../market/snapshot.ts';

/** One side of a chain, one value per strike of the table; a missing leg or value is NaN. */
export interface ChainSide {
  readonly oi: Float64Array;
  /** Contracts traded since the open, in units. */
  readonly volume: Float64Array;
  /** What the option is worth now in rupees (`usablePrice`). */
  readonly price: Float64Array;
  readonly legs: readonly (Leg | undefined)[];
}

/** A snapshot's legs by strike. */
export interface ChainTable {
  /** Rising, each once. */
  readonly strikes: Float64Array;
  readonly calls: ChainSide;
  readonly puts: ChainSide;
}

/** A quote whose spread is more than this share of its middle, and more than SPREAD_RUPEES, says nothing. */
const SPREAD_SHARE = 0.5;
const SPREAD_RUPEES = 1;

const TABLES = new WeakMap<readonly Leg[], ChainTable>();

/**
 * The legs of a snapshot by strike. Remembered for the list of legs, since neighbouring windows share their
 * snapshots; the list must not be changed afterwards.
 */
export function chainTable(legs: readonly Leg[]): ChainTable {
  const known = TABLES.get(legs);
  if (known !== undefined) return known;
  const strikes = Float64Array.from(new Set(legs.map((leg) => leg.strike))).sort();
  const table = { strikes, calls: side(legs, 'CE', strikes), puts: side(legs, 'PE', strikes) };
  TABLES.set(legs, table);
  return table;
}

function side(legs: readonly Leg[], optionType: Leg['option_type'], strikes: Float64Array): ChainSide {
  const found: (Leg | undefined)[] = new Array(strikes.length).fill(undefined);
  for (const leg of legs) if (leg.option_type === optionType) found[placeOf(strikes, leg.strike)] = leg;
  const values = (read: (leg: Leg) => number | null) =>
    Float64Array.from(found, (leg) => (leg === undefined ? Number.NaN : (read(leg) ?? Number.NaN)));
  return {
    oi: values((leg) => leg.oi),
    volume: values((leg) => leg.volume),
    price: values(usablePrice),
    legs: found,
  };
}

/** The place of a strike in a rising list, -1 when it is not there. */
export function placeOf(strikes: Float64Array, strike: number): number {
  let [low, high] = [0, strikes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (strikes[middle]! < strike) low = middle + 1;
    else high = middle;
  }
  return strikes[low] === strike ? low : -1;
}

/** Whether a leg has two positive quotes that neither cross nor lie too far apart to say anything. */
export function isQuoted({ best_bid: bid, best_ask: ask }: Pick<Leg, 'best_bid' | 'best_ask'>): boolean {
  if (bid === null || ask === null || !(bid > 0) || ask < bid) return false;
  return ask - bid <= Math.max(SPREAD_RUPEES, (SPREAD_SHARE * (bid + ask)) / 2);
}

/**
 * What an option is worth: the middle of a usable quote; the last traded price where the source has no quote at all;
 * null where there is a quote that cannot be used, since the last price may then be of any age.
 */
export function usablePrice(leg: Pick<Leg, 'ltp' | 'best_bid' | 'best_ask'>): number | null {
  if (isQuoted(leg)) return (leg.best_bid! + leg.best_ask!) / 2;
  if (leg.best_bid !== null || leg.best_ask !== null) return null;
  return leg.ltp !== null && leg.ltp > 0 ? leg.ltp : null;
}
