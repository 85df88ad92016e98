import { NotFound } from '../../errors.ts';
import type { ExchangeRules, SessionHours, SpotPause } from './exchange-rules.ts';
import { addDays, istMs, weekdayOf } from './indian-time.ts';

/** One session: opens at `openMs` (inclusive), closes at `closeMs` (the last print may carry it). */
export interface Session extends SessionHours {
  readonly date: string;
  readonly openMs: number;
  readonly closeMs: number;
}

/**
 * Whether the exchange trades on an Indian calendar date: special sessions yes, holidays and weekends no.
 * Throws NotFound for a date the configuration does not cover: an unknown day is an error, not a guess.
 */
export function isTradingDay(date: string, rules: ExchangeRules): boolean {
  assertKnown(date, rules, unknownTrading(date, rules));
  const { market } = rules;
  if (market.specialSessions.has(date) || market.undetermined.get(date)?.trades) return true;
  return weekdayOf(date) <= 5 && !market.holidays.has(date);
}

/**
 * Whether a date is a trading day that is not a holiday: a contract may expire and trades settle on it. Muhurat
 * trading is held on a holiday. Throws NotFound for a date the configuration does not cover.
 * Example: 2025-10-21 (Diwali) trades for an hour and is no such day.
 */
export function isBusinessDay(date: string, rules: ExchangeRules): boolean {
  assertKnown(date, rules, unknownSession(date, rules));
  return isTradingDay(date, rules) && !rules.market.holidays.has(date);
}

/** The session of a date, or null when the exchange does not trade that day. Throws NotFound for an unknown date. */
export function sessionOf(date: string, rules: ExchangeRules): Session | null {
  assertKnown(date, rules, unknownSession(date, rules));
  if (!isTradingDay(date, rules)) return null;
  const { market } = rules;
  const hours: SessionHours =
    market.specialSessions.get(date) ?? market.sessions.findLast((entry) => entry.from <= date)!;
  return {
    date,
    openMs: istMs(date, hours.openMinute),
    closeMs: istMs(date, hours.closeMinute),
    openMinute: hours.openMinute,
    closeMinute: hours.closeMinute,
    ...('pause' in hours ? { pause: hours.pause } : {}),
  };
}

/**
 * The stretch of a date in which the index stands still while options trade (the closing auction of its stocks), or
 * null before there was one. Example: since 2026-08-03 it is 15:15 to 15:40 on NSE.
 */
export function spotPauseOn(date: string, rules: ExchangeRules): SpotPause | null {
  return rules.market.spotPauses.findLast((pause) => pause.from <= date) ?? null;
}

/** All trading days from `from` to `to`, both included. Throws NotFound when one of the days is unknown. */
export function tradingDays(from: string, to: string, rules: ExchangeRules): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) if (isTradingDay(day, rules)) days.push(day);
  return days;
}

/** The last trading day before a date. */
export function previousTradingDay(date: string, rules: ExchangeRules): string {
  let day = addDays(date, -1);
  while (!isTradingDay(day, rules)) day = addDays(day, -1);
  return day;
}

/**
 * The first date after `date`, at most `daysAhead` later, whose session the configuration does not know; null when all
 * of them are known. Example: with a calendar that ends on 2026-12-31, 30 days after 2026-12-10 find `2027-01-01`.
 */
export function firstUnknownDay(date: string, daysAhead: number, rules: ExchangeRules): string | null {
  for (let ahead = 1; ahead <= daysAhead; ahead += 1) {
    const day = addDays(date, ahead);
    if (unknownSession(day, rules) !== null) return day;
  }
  return null;
}

/**
 * What the configuration does not know of a date's session, and where to enter it; null when it is known.
 * Example: `the list of trading holidays of 2027 is not entered: ...` for a weekday of 2027 before NSE has issued it.
 */
export function unknownSession(date: string, rules: ExchangeRules): string | null {
  const day = rules.market.undetermined.get(date);
  if (day === undefined) return unknownTrading(date, rules);
  return `${day.reason}: move it from markets.${rules.market.name}.undetermined to special_sessions with its hours`;
}

/** Likewise of whether it trades at all: of some days only the hours are missing. */
function unknownTrading(date: string, rules: ExchangeRules): string | null {
  const { name, coverage, undetermined, holidayYears, holidays, specialSessions } = rules.market;
  if (!(date >= coverage.from && date <= coverage.to)) {
    return `markets.${name}.coverage is from ${coverage.from} to ${coverage.to}: enter what is in force and widen it`;
  }
  const day = undetermined.get(date);
  if (day !== undefined) return day.trades === undefined ? unknownSession(date, rules) : null;
  const year = date.slice(0, 4);
  if (holidayYears.has(year) || holidays.has(date) || specialSessions.has(date) || weekdayOf(date) > 5)
    return null;
  return `the list of trading holidays of ${year} is not entered: add its dates to markets.${name}.holidays and the year to holiday_lists`;
}

function assertKnown(date: string, rules: ExchangeRules, unknown: string | null): void {
  if (unknown === null) return;
  throw new NotFound(
    `expected a date whose session is known for ${rules.name}, was ${date}; ${unknown} ` +
      `in config/exchanges.json (${rules.market.circulars})`,
    { field: 'date' },
  );
}
