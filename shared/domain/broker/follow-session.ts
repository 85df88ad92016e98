import { boundRupees, fillOf, givenUpAfter, resultOf, whyNotNow } from '../backtest/option-entry.ts';
import { exitAt, exitLevels, unquotedExit } from '../backtest/option-exit.ts';
import type { OptionPolicy } from '../backtest/option-policy.ts';
import type { OptionTerms } from '../backtest/option-terms.ts';
import { isBreakerOpen, tallied } from '../backtest/session-tally.ts';
import { istMs, minuteOfDay } from '../market/indian-time.ts';
import type { RiskLimits } from '../risk/risk-limits.ts';
import type { BrokerBook, Position, SentOrder } from './book.ts';
import {
  type CloseReason,
  closedReport,
  executedReport,
  type RefusalReason,
  rejectedReport,
} from './broker-report.ts';
import type { Order } from './order.ts';
import type { Observation, Tape } from './tape.ts';

/** What a session is traded by, and what is known of it. */
export interface Floor {
  readonly tape: Tape;
  readonly policy: OptionPolicy;
  readonly limits: RiskLimits;
  /** The book's equity at the session's start, rupees. */
  readonly equityRupees: number;
  /** Observations before this time are complete, epoch milliseconds. */
  readonly untilMs: number;
  /** Nothing will be observed any more. */
  readonly isOver: boolean;
  /** Recommendations that the tracker follows itself. */
  readonly leftToTracker: ReadonlySet<string>;
}

/**
 * The book after everything that happened before `untilMs`, event by event: an order is looked at after all that was known
 * when it was placed, and meets the first observation after that; positions are sold by `exitAt`. Rules, prices and costs
 * are the option replay's own (`backtest/option-session.ts`). Doing it in one go or observation by observation is the same.
 */
export function followSession(before: BrokerBook, floor: Floor): BrokerBook {
  let book = before;
  for (const seen of floor.tape.observations) {
    if (seen.atMs <= before.acted_until_ms || seen.atMs >= floor.untilMs) continue;
    book = decideWaiting(book, floor, seen.knownMs);
    book = observe(giveUp(book, seen.atMs), floor, seen);
  }
  book = decideWaiting(book, floor, floor.isOver ? Number.POSITIVE_INFINITY : floor.untilMs);
  book = { ...giveUp(book, floor.untilMs), acted_until_ms: Math.max(book.acted_until_ms, floor.untilMs - 1) };
  return floor.isOver ? endSession(book, floor) : book;
}

function decideWaiting(before: BrokerBook, floor: Floor, beforeMs: number): BrokerBook {
  let book = before;
  while (book.waiting[0] !== undefined && book.waiting[0].placed_ms < beforeMs) {
    const [order, ...waiting] = book.waiting;
    book = decide(giveUp({ ...book, waiting }, order!.placed_ms), floor, order!);
  }
  return book;
}

/** Sends an order, or says why not. */
function decide(before: BrokerBook, floor: Floor, order: Order): BrokerBook {
  const { policy, limits, leftToTracker, equityRupees } = floor;
  if (leftToTracker.has(order.recommendation_id)) return before;
  const given_up_after = givenUpAfter(order.minute, policy.contracts[order.exchange].max_age_seconds);
  const refuse = (book: BrokerBook, reason: RefusalReason) => rejected(book, order, reason, order.placed_ms);
  if (placedMinute(order) > given_up_after) return refuse(before, 'too_late');
  // By the order's own minute a sent one may be past its patience.
  const book =
    order.minute >= (before.sent?.given_up_after ?? Number.POSITIVE_INFINITY) ? givenUp(before) : before;
  const contract = floor.tape.contract(order.symbol);
  if (contract === undefined || contract.firstKnownMs > order.placed_ms) return refuse(book, 'no_contract');
  if (contract.terms === null) return refuse(book, 'unknown_terms');
  const why = whyNotNow(order, policy, contract.terms, {
    positions: book.positions.length,
    isBreakerOpen: isBreakerOpen(book.tally, limits),
    lastEntryMinute: book.last_entry_minute ?? Number.NEGATIVE_INFINITY,
    pendingUntil: book.sent?.given_up_after ?? Number.NEGATIVE_INFINITY,
  });
  if (why !== null) return refuse(book, why);
  const bound = book.positions.reduce((sum, one) => sum + one.bound_rupees, 0);
  const free_rupees = equityRupees + book.tally.profitRupees - bound;
  return { ...book, sent: { ...order, given_up_after, free_rupees } };
}

/** Minute of the order's day at which the broker had it. */
function placedMinute({ date, placed_ms }: Order): number {
  return Math.floor((placed_ms - istMs(date, 0)) / 60_000);
}

function observe(before: BrokerBook, floor: Floor, seen: Observation): BrokerBook {
  let book = before;
  for (const position of before.positions) book = look(book, floor, position, seen);
  return book.sent === null ? book : meet(book, floor, book.sent, seen);
}

/** Fills the sent order at the observation, or says why not; the tracker's own trade comes first. */
function meet(before: BrokerBook, floor: Floor, order: SentOrder, { atMs, minute }: Observation): BrokerBook {
  const book = { ...before, sent: null };
  if (floor.leftToTracker.has(order.recommendation_id)) return book;
  const contract = floor.tape.contract(order.symbol);
  const terms = contract?.terms ?? null;
  if (contract === undefined || terms === null) return rejected(book, order, 'no_contract', atMs);
  // Of another expiry: not an observation of this contract's chain.
  if (!contract.isSeen(atMs)) return before;
  const met = { minute, boughtAt: contract.buyAt(atMs) };
  const sent = { lots: order.lots, givenUp: order.given_up_after, freeRupees: order.free_rupees };
  const filled = fillOf(sent, met, terms, floor.policy);
  if (typeof filled === 'string') return rejected(book, order, filled, atMs);
  const { given_up_after: _patience, free_rupees: _free, ...rest } = order;
  const position: Position = {
    ...rest,
    expiry: contract.expiry,
    lots: filled.lots,
    entered_ms: atMs,
    entry_price: filled.price,
    bound_rupees: boundRupees(filled, terms),
    known_price: known(contract.sellAt(atMs)),
  };
  return {
    ...book,
    last_entry_minute: minute,
    positions: [...book.positions, position],
    reports: [...book.reports, executedReport(order, { ...filled, atMs })],
  };
}

/** Looks whether a position ends at an observation. */
function look(book: BrokerBook, floor: Floor, position: Position, { atMs, minute }: Observation): BrokerBook {
  const contract = floor.tape.contract(position.symbol);
  const price = contract?.sellAt(atMs) ?? Number.NaN;
  const terms = contract?.terms ?? null;
  if (Number.isNaN(price) || terms === null) return book;
  if (floor.leftToTracker.has(position.recommendation_id)) {
    return closed(book, position, { price, reason: 'left_to_tracker', atMs }, terms);
  }
  const entry = { price: position.entry_price, minute: minuteOfDay(position.entered_ms) };
  const exit = exitAt(price, minute, exitLevels(entry, terms, floor.policy));
  if (exit !== null) return closed(book, position, { ...exit, atMs }, terms);
  const marked = { ...position, known_price: price };
  return { ...book, positions: book.positions.map((one) => (one === position ? marked : one)) };
}

/** An order that no observation came for in time is given up. */
function giveUp(book: BrokerBook, nowMs: number): BrokerBook {
  const { sent, date } = book;
  return sent === null || nowMs < istMs(date, Math.floor(sent.given_up_after) + 1) ? book : givenUp(book);
}

function givenUp(book: BrokerBook): BrokerBook {
  const { sent, date } = book;
  if (sent === null) return book;
  return rejected({ ...book, sent: null }, sent, 'no_contract', istMs(date, sent.given_up_after));
}

/** Nothing is held over night: what is left has had no price, and is sold at the last one known. */
function endSession(before: BrokerBook, floor: Floor): BrokerBook {
  let book = before;
  if (book.sent !== null) {
    book = rejected({ ...book, sent: null }, book.sent, 'session_ending', floor.untilMs);
  }
  const last = floor.tape.observations.findLast(({ atMs }) => atMs < floor.untilMs);
  for (const position of before.positions) {
    const terms = floor.tape.terms(position.expiry);
    if (terms === null) continue;
    const exit = unquotedExit(last?.minute ?? 0, terms.closeMinute, position.known_price ?? Number.NaN);
    book = closed(book, position, { ...exit, atMs: istMs(book.date, exit.minute) }, terms);
  }
  return { ...book, done: book.positions.length === 0 };
}

function rejected(book: BrokerBook, order: Order, reason: RefusalReason, atMs: number): BrokerBook {
  return { ...book, reports: [...book.reports, rejectedReport(order, reason, atMs)] };
}

function closed(
  book: BrokerBook,
  position: Position,
  sale: { readonly price: number; readonly reason: CloseReason; readonly atMs: number },
  terms: OptionTerms,
): BrokerBook {
  const { entry_price, lots } = position;
  const { costRupees, pnlRupees } = resultOf({ price: entry_price, lots }, sale.price, terms);
  const report = closedReport(position, { ...sale, lots, pnl: pnlRupees, costs: costRupees });
  return {
    ...book,
    tally: tallied(book.tally, pnlRupees),
    positions: book.positions.filter((one) => one.recommendation_id !== position.recommendation_id),
    reports: [...book.reports, report],
  };
}

function known(price: number): number | null {
  return Number.isNaN(price) ? null : price;
}
