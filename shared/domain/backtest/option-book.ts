import type { RiskLimits } from '../risk/risk-limits.ts';
import type { OptionTrade } from './option-trade.ts';
import { isBreakerOpen, NOTHING_CLOSED, tallied } from './session-tally.ts';

interface Held {
  readonly exitMinute: number;
  readonly pnlRupees: number;
  /** What it binds of the account until it is sold. */
  readonly boundRupees: number;
}

/** What is known of a session's trades at a minute: nothing that has not happened by then. */
export interface OptionBook {
  /** Positions held. */
  readonly positions: number;
  readonly isBreakerOpen: boolean;
  /** Minute of the latest entry; before the first one minus infinity. */
  readonly lastEntryMinute: number;
  /** What can still be spent. */
  readonly freeRupees: number;
  /** Minute at which the latest order was met by an observation or given up; before the first one minus infinity. */
  readonly pendingUntil: number;
  /** Sends an order: no other one until it is met or given up. */
  order(untilMinute: number): void;
  /** Moves on: what was closed at or before the minute is booked, in the order of closing. */
  advance(minute: number): void;
  enter(trade: OptionTrade, boundRupees: number): void;
}

/** The book of a session that begins with so much equity; the circuit breaker looks at this session only. */
export function optionBook(equityRupees: number, limits: RiskLimits): OptionBook {
  const open: Held[] = [];
  let tally = NOTHING_CLOSED;
  let boundRupees = 0;
  let lastEntryMinute = Number.NEGATIVE_INFINITY;
  let pendingUntil = Number.NEGATIVE_INFINITY;
  let breakerOpen = false;
  const close = ({ pnlRupees, boundRupees: freed }: Held) => {
    tally = tallied(tally, pnlRupees);
    boundRupees -= freed;
    breakerOpen = isBreakerOpen(tally, limits);
  };
  return {
    get positions() {
      return open.length;
    },
    get isBreakerOpen() {
      return breakerOpen;
    },
    get lastEntryMinute() {
      return lastEntryMinute;
    },
    get freeRupees() {
      return equityRupees + tally.profitRupees - boundRupees;
    },
    get pendingUntil() {
      return pendingUntil;
    },
    order(untilMinute) {
      pendingUntil = untilMinute;
    },
    advance(minute) {
      while (open.length > 0 && open[0]!.exitMinute <= minute) close(open.shift()!);
    },
    enter({ entry_minute, exit_minute, pnl_rupees }, bound) {
      const held = { exitMinute: exit_minute, pnlRupees: pnl_rupees, boundRupees: bound };
      const later = open.findIndex((one) => one.exitMinute > exit_minute);
      open.splice(later < 0 ? open.length : later, 0, held);
      boundRupees += bound;
      lastEntryMinute = entry_minute;
    },
  };
}
