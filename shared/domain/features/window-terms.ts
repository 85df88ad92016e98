import { NotFound } from '../../errors.ts';
import { previousTradingDay, sessionOf, unknownSession } from '../market/calendar.ts';
import { ladderSidesOn, strikeStepOn, tickRupeesOn } from '../market/contract.ts';
import type { ExchangeRules } from '../market/exchange-rules.ts';
import { addDays } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';

/** When a session opens and closes (epoch milliseconds). */
export interface SessionSpan {
  readonly openMs: number;
  readonly closeMs: number;
}

/** What is known beforehand of a chain on a day: the calendar and the contract's terms. Made once per day. */
export interface WindowTerms {
  readonly exchange: Exchange;
  readonly date: string;
  /** The trading day before; null where the calendar begins. */
  readonly previousDate: string | null;
  /** Null on a day without a session. */
  readonly session: SessionSpan | null;
  /** The sessions of the next CALENDAR_DAYS days, fewer where the calendar ends before. */
  readonly laterSessions: readonly SessionSpan[];
  /** The last date that `laterSessions` speaks of. */
  readonly calendarTo: string;
  /** Index points between strikes. */
  readonly strikeStep: number;
  /** Strikes on each side of the at-the-money one. */
  readonly ladderSides: number;
  readonly tickRupees: number;
}

const TERMS = new WeakMap<ExchangeRules, WindowTerms>();

/** The day after a monthly expiry is at most five weeks from the next one. */
const CALENDAR_DAYS = 45;

/**
 * The terms of an exchange on a date, for windows of that day. Throws NotFound for a date the rules do not cover. The
 * last date's are remembered: a live session asks for them with every snapshot.
 * Example: `windowTerms('2025-12-04', rules.NSE).strikeStep` is 50.
 */
export function windowTerms(date: string, rules: ExchangeRules): WindowTerms {
  const known = TERMS.get(rules);
  if (known?.date === date) return known;
  const terms = termsOn(date, rules);
  TERMS.set(rules, terms);
  return terms;
}

function termsOn(date: string, rules: ExchangeRules): WindowTerms {
  const laterSessions: SessionSpan[] = [];
  let calendarTo = date;
  for (let ahead = 1; ahead <= CALENDAR_DAYS; ahead += 1) {
    const day = addDays(date, ahead);
    if (unknownSession(day, rules) !== null) break;
    calendarTo = day;
    const session = spanOf(day, rules);
    if (session !== null) laterSessions.push(session);
  }
  return {
    exchange: rules.name,
    date,
    previousDate: previousDateOf(date, rules),
    session: spanOf(date, rules),
    laterSessions,
    calendarTo,
    strikeStep: strikeStepOn(date, rules),
    ladderSides: ladderSidesOn(date, rules),
    tickRupees: tickRupeesOn(date, rules),
  };
}

function spanOf(date: string, rules: ExchangeRules): SessionSpan | null {
  const session = sessionOf(date, rules);
  return session && { openMs: session.openMs, closeMs: session.closeMs };
}

function previousDateOf(date: string, rules: ExchangeRules): string | null {
  try {
    return previousTradingDay(date, rules);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
