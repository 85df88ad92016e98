import { epochMs } from '../market/indian-time.ts';
import type { LinkedTrade } from './link-trade.ts';

/** Recorded price of a contract at a moment, rupees a unit; null when none was recorded near it. */
export type ContractPriceAt = (symbol: string, atMs: number) => number | null;

/**
 * Profit of a trade in rupees from recorded prices, before costs, whatever its report claims: price difference times
 * units, reversed for a sold contract. An open position is marked at `untilMs`. Null when a price is missing.
 * Example: 2 lots of 65 bought at 130, recorded at 141.5 on closing, is 1495.
 */
export function remark(
  trade: LinkedTrade,
  priceAt: ContractPriceAt,
  lotSize: number,
  untilMs: number,
): number | null {
  const entry = priceAt(trade.symbol, epochMs(trade.entered_at));
  const exit = priceAt(trade.symbol, trade.closed_at === null ? untilMs : epochMs(trade.closed_at));
  if (entry === null || exit === null) return null;
  const units = trade.quantity_lots * lotSize;
  return (trade.side === 'BUY' ? exit - entry : entry - exit) * units;
}
