import type { ChainSnapshot, Exchange, Leg } from '../snapshot.ts';
import type { ExpiryListing } from './expiry-plan.ts';
import { nearestStrike } from './nearest-strike.ts';
import { optionSymbol } from './option-symbol.ts';
import type { RecordedRow } from './recorded-row.ts';

/** Why a row is in no snapshot. Every row read is either used or skipped for exactly one of these. */
export const SKIP_REASONS = {
  other_symbol: 'an underlying that no exchange of ours follows',
  other_expiry: 'neither the nearest expiry of the day nor the last of the month',
  no_underlying_price: 'no price of the underlying at that moment',
  duplicate_leg: 'the same strike and type a second time at one moment',
  empty_leg: 'no price, quote, volatility, open interest or volume',
} as const;
export type SkipReason = keyof typeof SKIP_REASONS;

/** The chains of an underlying that are followed, and the distance of their strikes in points. */
interface FollowedSymbol {
  readonly nearest?: Exchange;
  readonly monthly?: Exchange;
  readonly strikeStep: number;
}
export const FOLLOWED: Readonly<Record<string, FollowedSymbol>> = {
  NIFTY: { nearest: 'NSE', monthly: 'NSE_MONTHLY', strikeStep: 50 },
  SENSEX: { nearest: 'BSE', strikeStep: 100 },
  BANKNIFTY: { monthly: 'BANKNIFTY_MONTHLY', strikeStep: 100 },
};

/** What the rows of one moment gave. `used + sum of skipped` is the number of rows. */
export interface ImportedMoment {
  readonly snapshots: readonly ChainSnapshot[];
  readonly used: number;
  /** Used rows whose implied volatility below 1 percent was taken as missing. */
  readonly ivBelowOne: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

/**
 * The snapshots of all rows that carry one timestamp: the nearest expiry of NIFTY as NSE and of SENSEX as BSE, the
 * nearest last expiry of a month of NIFTY as NSE_MONTHLY and of BANKNIFTY as BANKNIFTY_MONTHLY; one expiry may
 * serve two chains. Missing values are null; there is no future, VIX or macro in such a recording. All strikes
 * stay; legs lie by strike, call first.
 */
export function importMoment(rows: readonly RecordedRow[], listing: ExpiryListing): ImportedMoment {
  const skipped: Partial<Record<SkipReason, number>> = {};
  const chains = new Map<string, RecordedRow[]>();
  const prices = underlyingPrices(rows);
  const seen = new Set<string>();
  let used = 0;
  let ivBelowOne = 0;
  for (const row of rows) {
    const reason = skipReason(row, listing, prices, seen);
    if (reason !== undefined) {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
      continue;
    }
    used += 1;
    if (row.ivBelowOne) ivBelowOne += 1;
    const key = `${row.symbol}/${row.expiry}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [row]);
    else chain.push(row);
  }
  const snapshots = [...chains.values()].flatMap((chain) => snapshotsOf(chain, listing, prices));
  return { snapshots, used, ivBelowOne, skipped };
}

function underlyingPrices(rows: readonly RecordedRow[]): ReadonlyMap<string, number> {
  const prices = new Map<string, number>();
  for (const { symbol, underlying } of rows) {
    if (underlying !== null && !prices.has(symbol)) prices.set(symbol, underlying);
  }
  return prices;
}

function skipReason(
  row: RecordedRow,
  listing: ExpiryListing,
  prices: ReadonlyMap<string, number>,
  seen: Set<string>,
): SkipReason | undefined {
  if (!Object.hasOwn(FOLLOWED, row.symbol)) return 'other_symbol';
  if (exchangesOf(row, listing).length === 0) return 'other_expiry';
  if (!prices.has(row.symbol)) return 'no_underlying_price';
  if (isEmpty(row)) return 'empty_leg';
  const leg = `${row.symbol}/${row.expiry}/${row.strike}/${row.optionType}`;
  if (seen.has(leg)) return 'duplicate_leg';
  seen.add(leg);
  return undefined;
}

function exchangesOf(row: RecordedRow, listing: ExpiryListing): Exchange[] {
  const followed = FOLLOWED[row.symbol]!;
  const chosen = listing.choose(row);
  const exchanges: Exchange[] = [];
  if (followed.nearest && row.expiry === chosen.nearest) exchanges.push(followed.nearest);
  if (followed.monthly && row.expiry === chosen.monthly) exchanges.push(followed.monthly);
  return exchanges;
}

/** Sources list strikes that nobody has quoted or traded: zeros and blanks only. */
function isEmpty(row: RecordedRow): boolean {
  return !row.ltp && !row.bid && !row.ask && !row.ivPct && !row.oi && !row.volume;
}

function snapshotsOf(
  rows: readonly RecordedRow[],
  listing: ExpiryListing,
  prices: ReadonlyMap<string, number>,
): ChainSnapshot[] {
  const first = rows[0]!;
  const price = prices.get(first.symbol)!;
  const lastOfMonth = first.expiry === listing.choose(first).monthly;
  const legs = [...rows]
    .sort((a, b) => a.strike - b.strike || (a.optionType < b.optionType ? -1 : 1))
    .map((row) => legOf(row, lastOfMonth));
  return exchangesOf(first, listing).map((exchange) => ({
    schema: 1,
    exchange,
    timestamp: `${first.timestamp.replace(' ', 'T')}+05:30`,
    expiry: first.expiry,
    underlying_price: price,
    underlying_volume: null,
    atm_strike: nearestStrike(price, FOLLOWED[first.symbol]!.strikeStep),
    future_price: null,
    future_oi: null,
    vix: null,
    macro: null,
    legs,
  }));
}

function legOf(row: RecordedRow, lastOfMonth: boolean): Leg {
  return {
    symbol: optionSymbol(row.symbol, row.expiry, lastOfMonth, row.strike, row.optionType),
    strike: row.strike,
    option_type: row.optionType,
    ltp: row.ltp,
    oi: row.oi,
    volume: row.volume,
    iv: row.ivPct,
    best_bid: row.bid,
    best_ask: row.ask,
    bid_quantity: row.bidQuantity ?? null,
    ask_quantity: row.askQuantity ?? null,
  };
}
