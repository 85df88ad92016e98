import { buyPrice, type Slippage, sellPrice } from '../labels/paper-trade.ts';
import type { OptionBook } from './option-book.ts';
import type { OptionPolicy } from './option-policy.ts';
import { costOf, type OptionTerms } from './option-terms.ts';
import type { SkipReason } from './option-trade.ts';
import type { LegPrices } from './session-quotes.ts';

/** Why nothing is entered at a signal, whatever its contract; null when something may be. Minutes of the Indian day. */
export function whyNotNow(
  signal: { readonly minute: number; readonly confidence: number },
  policy: OptionPolicy,
  { flatMinute }: Pick<OptionTerms, 'flatMinute'>,
  book: Pick<OptionBook, 'positions' | 'isBreakerOpen' | 'lastEntryMinute' | 'pendingUntil'>,
): SkipReason | null {
  if (signal.minute >= flatMinute) return 'session_ending';
  if (book.isBreakerOpen) return 'breaker_open';
  if (signal.minute < book.pendingUntil) return 'order_pending';
  const isConfident = signal.confidence >= policy.confident_from;
  const most = isConfident ? policy.max_positions_confident : policy.max_positions;
  if (book.positions >= most) return 'positions_full';
  const wait = book.positions > 0 ? policy.cooldown_with_positions_seconds : policy.cooldown_seconds;
  const waited = (signal.minute - book.lastEntryMinute) * 60;
  return waited < wait ? 'cooldown' : null;
}

/** The minute after which an order that has met no observation is given up. */
export function givenUpAfter(signalMinute: number, maxAgeSeconds: number): number {
  return signalMinute + maxAgeSeconds / 60;
}

/** What one unit can be bought at where a row of the columns says; NaN when nobody knows. */
export function boughtAt({ bid, ask, fresh }: LegPrices, row: number, terms: Slippage): number {
  return buyPrice(bid[row]!, ask[row]!, fresh[row]!, terms);
}

/** What one unit can be sold at there; NaN when nobody knows. */
export function soldAt({ bid, ask, fresh }: LegPrices, row: number, terms: Slippage): number {
  return sellPrice(bid[row]!, ask[row]!, fresh[row]!, terms);
}

/** What an order of a signal meets: the minute of the observation and what one unit can be bought at there. */
export interface Met {
  readonly minute: number;
  readonly boughtAt: number;
}

/** An order that was filled: rupees a unit, the price chase included. */
export interface Filled {
  readonly price: number;
  readonly lots: number;
}

/** How an order fares at the observation that it meets: bought, as many of its lots as can be paid, or why not. */
export function fillOf(
  order: { readonly lots: number; readonly givenUp: number; readonly freeRupees: number },
  { minute, boughtAt }: Met,
  terms: OptionTerms,
  { price_chase_ticks }: Pick<OptionPolicy, 'price_chase_ticks'>,
): Filled | SkipReason {
  const { buying, marginFraction, units, flatMinute, tickRupees } = terms;
  if (minute >= flatMinute) return 'session_ending';
  if (minute > order.givenUp) return 'no_contract';
  const price = boughtAt + price_chase_ticks * tickRupees;
  if (Number.isNaN(price)) return 'no_contract';
  const perLot = price * units * (marginFraction + buying.rate);
  const lots = Math.min(order.lots, Math.floor((order.freeRupees - buying.fixedRupees) / perLot));
  return lots < 1 ? 'no_margin' : { price, lots };
}

/** What a purchase binds of the account until it is sold, its costs included. */
export function boundRupees({ price, lots }: Filled, { units, marginFraction, buying }: OptionTerms): number {
  const turnover = price * (lots * units);
  return turnover * marginFraction + costOf(buying, turnover);
}

/** What a position brought: the costs of both orders, and the profit after them. */
export function resultOf(
  { price, lots }: Filled,
  exitPrice: number,
  { units: perLot, buying, selling }: OptionTerms,
): { readonly units: number; readonly costRupees: number; readonly pnlRupees: number } {
  const units = lots * perLot;
  const costRupees = costOf(buying, price * units) + costOf(selling, exitPrice * units);
  return { units, costRupees, pnlRupees: (exitPrice - price) * units - costRupees };
}
