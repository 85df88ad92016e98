import { epochMs, MINUTE_MS, minuteStamp } from '../market/indian-time.ts';
import type { ChainSnapshot } from '../market/snapshot.ts';

/** Recorded price of a contract at a moment, rupees a unit; null when none was recorded near it. */
export type ContractPriceAt = (symbol: string, atMs: number) => number | null;

/** A contract's last recorded price counts for this long. */
const FRESH_MS = 5 * MINUTE_MS;

/**
 * The underlying's price of every recorded minute (key: epoch milliseconds of its start), of each minute the last row.
 * Rows in any order. Example: `pricesByMinute(rows).get(Date.parse('2026-01-05T07:05:00Z'))`.
 */
export function pricesByMinute(
  rows: readonly Pick<ChainSnapshot, 'timestamp' | 'underlying_price'>[],
): Map<number, number> {
  const inTime = rows.toSorted((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
  return new Map(inTime.map((row) => [minuteStamp(epochMs(row.timestamp)), row.underlying_price]));
}

/**
 * Last traded prices of contracts from recorded snapshots: the newest at or before the moment, at most five minutes
 * old, never a later one; null when there is none.
 */
export function contractPriceAt(
  snapshots: readonly Pick<ChainSnapshot, 'timestamp' | 'legs'>[],
): ContractPriceAt {
  const bySymbol = new Map<string, { atMs: number; price: number }[]>();
  for (const { timestamp, legs } of snapshots) {
    const atMs = epochMs(timestamp);
    for (const { symbol, ltp } of legs) {
      if (ltp === null) continue;
      const prices = bySymbol.get(symbol);
      if (prices === undefined) bySymbol.set(symbol, [{ atMs, price: ltp }]);
      else prices.push({ atMs, price: ltp });
    }
  }
  for (const prices of bySymbol.values()) prices.sort((a, b) => a.atMs - b.atMs);
  return (symbol, atMs) => {
    const newest = bySymbol.get(symbol)?.findLast((one) => one.atMs <= atMs);
    return newest === undefined || atMs - newest.atMs > FRESH_MS ? null : newest.price;
  };
}
