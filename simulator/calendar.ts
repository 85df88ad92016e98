import type { ExchangeSpec } from './exchange-spec.ts';

const DAY_MS = 86_400_000;
type ExpiryRule = Pick<ExchangeSpec, 'expiryCycle' | 'expiryWeekday' | 'isTradingDay'>;

/** The date `days` after (or before, when negative) a YYYY-MM-DD date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one date to another; negative when `to` lies before `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/**
 * The first `count` trading days on or after `from`.
 * Example: `tradingDates('2026-01-24', 2, isTradingDay)` is `['2026-01-27', '2026-01-28']` (26 January is a holiday).
 */
export function tradingDates(from: string, count: number, isTradingDay: (date: string) => boolean): string[] {
  const dates: string[] = [];
  for (let date = from; dates.length < count; date = addDays(date, 1)) {
    if (isTradingDay(date)) dates.push(date);
  }
  return dates;
}

/**
 * The nearest expiry on or after `date`: the weekday of each week, or its last one in each month, moved forward
 * to the trading day before when the exchange is closed.
 */
export function nearestExpiry(rule: ExpiryRule, date: string): string {
  let nominal = nextNominal(rule, date);
  for (;;) {
    const expiry = lastTradingDay(rule, nominal);
    if (expiry >= date) return expiry;
    nominal = nextNominal(rule, addDays(nominal, 1));
  }
}

/** True when no later expiry of the same weekday rule falls into the month of `expiry`. */
export function isLastOfMonth(rule: ExpiryRule, expiry: string): boolean {
  return nearestExpiry({ ...rule, expiryCycle: 'monthly' }, expiry) === expiry;
}

function nextNominal(rule: ExpiryRule, date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const nominal = addDays(date, (rule.expiryWeekday - weekday + 7) % 7);
  if (rule.expiryCycle === 'weekly') return nominal;
  let last = nominal;
  while (addDays(last, 7).slice(0, 7) === nominal.slice(0, 7)) last = addDays(last, 7);
  return last;
}

function lastTradingDay(rule: ExpiryRule, nominal: string): string {
  let date = nominal;
  while (!rule.isTradingDay(date)) date = addDays(date, -1);
  return date;
}
