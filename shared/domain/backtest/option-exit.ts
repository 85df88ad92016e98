import type { Slippage } from '../labels/paper-trade.ts';
import { soldAt } from './option-entry.ts';
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

/** Where a position is sold: rupees a unit, minutes of the Indian day; infinite where the policy has none. */
export interface ExitLevels {
  readonly target: number;
  readonly stop: number;
  readonly flatMinute: number;
  /** The horizon's end. */
  readonly due: number;
}

/** The levels of a position from its entry. Example: entered at 300 with target and stop of 25: 325 and 275. */
export function exitLevels(
  entry: { readonly price: number; readonly minute: number },
  { flatMinute }: Pick<OptionTerms, 'flatMinute'>,
  exits: Exits,
): ExitLevels {
  return {
    target: entry.price + (exits.target_rupees ?? Number.POSITIVE_INFINITY),
    stop: entry.price - (exits.stop_rupees ?? Number.POSITIVE_INFINITY),
    flatMinute,
    due: entry.minute + (exits.horizon_minutes ?? Number.POSITIVE_INFINITY),
  };
}

/**
 * How a position ends at an observation where a unit can be sold at `price`; null while it is held. Asked in this order:
 * the target, the stop, the session's flat minute, the horizon. A target is sold at its level, all others at the price.
 */
export function exitAt(price: number, minute: number, levels: ExitLevels): Exit | null {
  if (price >= levels.target) return { minute, price: levels.target, reason: 'target' };
  if (price <= levels.stop) return { minute, price, reason: 'stop' };
  if (minute >= levels.flatMinute) return { minute, price, reason: 'session_close' };
  return minute >= levels.due ? { minute, price, reason: 'horizon' } : null;
}

/** How a position ends of which no price is known any more: at the last one known since its entry, if there was one. */
export function unquotedExit(lastMinute: number, closeMinute: number, known: number): Exit {
  // Until then nobody could know that no price would come any more.
  const minute = Math.max(lastMinute, closeMinute);
  return { minute, price: Number.isNaN(known) ? 0 : known, reason: 'unquoted' };
}

/**
 * How a position ends, looking at its contract from the observation after the entry on: at the first one that can be
 * sold at (`sellPrice`) and is an exit (`exitAt`). See `ExitReason` for `unquoted`.
 * Example: entered at 300 with target and stop of 25, bids of 310, 327 are sold at 325.
 */
export function exitOf(
  { offset, at, price: entryPrice }: Entered,
  { minutes }: SessionQuotes,
  legs: LegPrices,
  terms: Slippage & Pick<OptionTerms, 'flatMinute' | 'closeMinute'>,
  exits: Exits,
): Exit {
  const levels = exitLevels({ price: entryPrice, minute: minutes[at]! }, terms, exits);
  const sellAt = (row: number) => soldAt(legs, offset + row, terms);
  let known = sellAt(at);
  for (let row = at + 1; row < minutes.length; row++) {
    const price = sellAt(row);
    if (Number.isNaN(price)) continue;
    const exit = exitAt(price, minutes[row]!, levels);
    if (exit !== null) return exit;
    known = price;
  }
  return unquotedExit(minutes[minutes.length - 1]!, terms.closeMinute, known);
}
