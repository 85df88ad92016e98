import { type Slippage, sellPrice } from '../labels/paper-trade.ts';
import type { OptionPolicy } from './option-policy.ts';
import type { OptionTerms } from './option-terms.ts';
import type { ExitReason } from './option-trade.ts';
import type { LegPrices, SessionQuotes } from './session-quotes.ts';

/** A position that was entered at an observation of its contract. */
export interface Entered {
  /** Row of the contract's first minute in its columns (`LegPrices`). */
  readonly offset: number;
  /** Observation of the entry. */
  readonly at: number;
  /** Rupees a unit. */
  readonly price: number;
}

export interface Exit {
  readonly minute: number;
  readonly price: number;
  readonly reason: ExitReason;
}

type Exits = Pick<OptionPolicy, 'target_rupees' | 'stop_rupees' | 'horizon_minutes'>;

/**
 * How a position ends, looking at its contract from the observation after the entry on: at the first one that can be
 * sold at (`sellPrice`) and reaches the target, the stop, the session's flat minute or the horizon, asked in this order.
 * A target is sold at its level, all others at the price of that observation. See `ExitReason` for `unquoted`.
 * Example: entered at 300 with target and stop of 25, bids of 310, 327 are sold at 325.
 */
export function exitOf(
  { offset, at, price: entryPrice }: Entered,
  { minutes }: SessionQuotes,
  { bid, ask, fresh }: LegPrices,
  terms: Slippage & Pick<OptionTerms, 'flatMinute' | 'closeMinute'>,
  exits: Exits,
): Exit {
  const target = entryPrice + (exits.target_rupees ?? Number.POSITIVE_INFINITY);
  const stop = entryPrice - (exits.stop_rupees ?? Number.POSITIVE_INFINITY);
  const due = minutes[at]! + (exits.horizon_minutes ?? Number.POSITIVE_INFINITY);
  const sellAt = (row: number) =>
    sellPrice(bid[offset + row]!, ask[offset + row]!, fresh[offset + row]!, terms);
  let known = sellAt(at);
  for (let row = at + 1; row < minutes.length; row++) {
    const price = sellAt(row);
    if (Number.isNaN(price)) continue;
    const minute = minutes[row]!;
    if (price >= target) return { minute, price: target, reason: 'target' };
    if (price <= stop) return { minute, price, reason: 'stop' };
    if (minute >= terms.flatMinute) return { minute, price, reason: 'session_close' };
    if (minute >= due) return { minute, price, reason: 'horizon' };
    known = price;
  }
  // Until then nobody could know that no price would come any more.
  const end = Math.max(minutes[minutes.length - 1]!, terms.closeMinute);
  return { minute: end, price: Number.isNaN(known) ? 0 : known, reason: 'unquoted' };
}
