import type { Leg } from '../../market/snapshot.ts';

/** A quote whose spread is more than this share of its middle, and more than SPREAD_RUPEES, says nothing. */
const SPREAD_SHARE = 0.5;
const SPREAD_RUPEES = 1;

export type Quote = Pick<Leg, 'best_bid' | 'best_ask'>;

/** Whether a leg has two positive quotes that neither cross nor lie too far apart to say anything. */
export function isQuoted({ best_bid: bid, best_ask: ask }: Quote): boolean {
  if (bid === null || ask === null || !(bid > 0) || ask < bid) return false;
  return ask - bid <= Math.max(SPREAD_RUPEES, (SPREAD_SHARE * (bid + ask)) / 2);
}

/**
 * What an option is worth in rupees: the middle of a usable quote; the last traded price where the source has no
 * quote at all (null, or 0 on both sides); NaN where there is a quote that cannot be used, since the last price may then be of any age.
 * Example: 132.1 bid and 132.3 asked is 132.2, whatever was traded last.
 */
export function usablePrice(leg: (Quote & Pick<Leg, 'ltp'>) | undefined): number {
  if (leg === undefined) return Number.NaN;
  if (isQuoted(leg)) return (leg.best_bid! + leg.best_ask!) / 2;
  if (hasQuote(leg)) return Number.NaN;
  return leg.ltp !== null && leg.ltp > 0 ? leg.ltp : Number.NaN;
}

function hasQuote({ best_bid: bid, best_ask: ask }: Quote): boolean {
  return (bid ?? 0) > 0 || (ask ?? 0) > 0;
}
