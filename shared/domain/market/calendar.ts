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
  assertKnown(date, rules);
  const { market } = rules;
  if (market.specialSessions.has(date)) return true;
  return weekdayOf(date) <= 5 && !market.holidays.has(date);
}

/**
 * Whether a date is a trading day that is not a holiday: a contract may expire and trades settle on it. Muhurat
 * trading is held on a holiday. Throws NotFound for a date the configuration does not cover.
 * Example: 2025-10-21 (Diwali) trades for an hour and is no such day.
 */
export function isBusinessDay(date: string, rules: ExchangeRules): boolean {
  return isTradingDay(date, rules) && !rules.market.holidays.has(date);
}

/** The session of a date, or null when the exchange does not trade that day. Throws NotFound for an unknown date. */
export function sessionOf(date: string, rules: ExchangeRules): Session | null {
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
  const { coverage, undetermined } = rules.market;
  for (let ahead = 1; ahead <= daysAhead; ahead += 1) {
    const day = addDays(date, ahead);
    if (day > coverage.to || undetermined.has(day)) return day;
  }
  return null;
}

function assertKnown(date: string, rules: ExchangeRules): void {
  const { coverage, undetermined } = rules.market;
  if (!(date >= coverage.from && date <= coverage.to)) {
    throw new NotFound(
      `expected a date from ${coverage.from} to ${coverage.to} for ${rules.name}, was ${date}; ` +
        'add its sessions and holidays to config/exchanges.json',
      { field: 'date' },
    );
  }
  const reason = undetermined.get(date);
  if (reason !== undefined) {
    throw new NotFound(
      `expected a date whose session is known for ${rules.name}, was ${date} (${reason}); ` +
        'state it in config/exchanges.json',
      { field: 'date' },
    );
  }
}
