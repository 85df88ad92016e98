import { NotFound } from '../../errors.ts';
import { isTradingDay, previousTradingDay } from './calendar.ts';
import { type ExchangeRules, lastOfMonth } from './exchange-rules.ts';
import { addDays, weekdayOf } from './indian-time.ts';

/** Index points between neighbouring strikes on a date. Throws NotFound before the first entry. */
export function strikeStepOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.strike_step, 'from', date, rules, 'strike_step').points;
}

/** Strikes the tracker follows on each side of the at-the-money one. Throws NotFound before the first entry. */
export function ladderSidesOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.ladder_sides, 'from', date, rules, 'ladder_sides').strikes;
}

/** The smallest price step of an option, in rupees. Throws NotFound before the first entry. */
export function tickRupeesOn(date: string, rules: ExchangeRules): number {
  return inForce(rules.tick, 'from', date, rules, 'tick').rupees;
}

/** Units in one lot of the contract that expires on a date. Throws NotFound before the first entry. */
export function lotSizeFor(expiry: string, rules: ExchangeRules): number {
  return inForce(rules.lot_size, 'expiries_from', expiry, rules, 'lot_size').units;
}

/**
 * The expiry date of the contract the tracker follows on a date: the nearest on or after it (on expiry day, that
 * day). An expiry that falls on a holiday moves to the trading day before. Throws NotFound for unknown dates.
 * Example: NSE on 2026-03-02 expires 2026-03-02, the day before the Holi holiday.
 */
export function nearestExpiry(date: string, rules: ExchangeRules): string {
  for (let day = date; ; day = addDays(day, 1)) {
    if (!isNominalExpiry(day, rules)) continue;
    const actual = isTradingDay(day, rules) ? day : previousTradingDay(day, rules);
    if (actual >= date) return actual;
  }
}

function isNominalExpiry(day: string, rules: ExchangeRules): boolean {
  const rule = inForce(rules.expiry_day, 'expiries_from', day, rules, 'expiry_day');
  if (weekdayOf(day) !== rule.weekday) return false;
  return rule.cadence === 'weekly' || addDays(day, 7) > lastOfMonth(day);
}

function inForce<Key extends string, Entry extends Record<Key, string>>(
  entries: readonly Entry[],
  key: Key,
  date: string,
  rules: ExchangeRules,
  name: string,
): Entry {
  const entry = entries.findLast((candidate) => candidate[key] <= date);
  if (entry !== undefined) return entry;
  throw new NotFound(
    `expected a ${name} of ${rules.name} for ${date}, was none before ${entries[0]?.[key]}; ` +
      'add the earlier one to config/exchanges.json',
    { field: name },
  );
}
