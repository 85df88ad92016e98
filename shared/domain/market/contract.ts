import { isBusinessDay } from './calendar.ts';
import { type ExchangeRules, lastOfMonth } from './exchange-rules.ts';
import { inForce } from './in-force.ts';
import { addDays, weekdayOf } from './indian-time.ts';

/** Index points between neighbouring strikes on a date. Throws NotFound outside what is known. */
export function strikeStepOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.strike_step, 'from', date, rules, 'strike_step').points;
}

/** Strikes the tracker follows on each side of the at-the-money one. Throws NotFound outside what is known. */
export function ladderSidesOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.ladder_sides, 'from', date, rules, 'ladder_sides').strikes;
}

/** The smallest price step of an option, in rupees. Throws NotFound outside what is known. */
export function tickRupeesOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.tick, 'from', date, rules, 'tick').rupees;
}

/** Units in one lot of the contract that expires on a date. Throws NotFound outside what is known. */
export function lotSizeFor(expiry: string, rules: ExchangeRules): number {
  return inForce(rules.lot_size, 'expiries_from', expiry, rules, 'lot_size').units;
}

/** Whether weekly options of the underlying are listed on a date. Example: of BANKNIFTY until 2024-11-13. */
export function hasWeeklySeries(date: string, rules: ExchangeRules): boolean {
  return inForce(rules.weekly_series, 'from', date, rules, 'weekly_series').listed;
}

/**
 * The expiry date of the contract the tracker follows on a date: the nearest on or after it (on expiry day, that
 * day). An expiry that falls on a holiday, Muhurat trading or not, moves to the business day before. Throws NotFound
 * for unknown dates.
 * Example: NSE on 2026-03-02 expires 2026-03-02, the day before the Holi holiday.
 */
export function nearestExpiry(date: string, rules: ExchangeRules): string {
  for (let day = date; ; day = addDays(day, 1)) {
    if (!isNominalExpiry(day, rules)) continue;
    let actual = day;
    while (!isBusinessDay(actual, rules)) actual = addDays(actual, -1);
    if (actual >= date) return actual;
  }
}

function isNominalExpiry(day: string, rules: ExchangeRules): boolean {
  const rule = inForce(rules.expiry_day, 'expiries_from', day, rules, 'expiry_day');
  if (weekdayOf(day) !== rule.weekday) return false;
  return rule.cadence === 'weekly' || addDays(day, 7) > lastOfMonth(day);
}
