import { isTradingDay } from './calendar.ts';
import type { ExchangeRules } from './exchange-rules.ts';
import { addDays } from './indian-time.ts';

/**
 * Trading sessions after `date` up to and including `today`, counted up to `atMost`: what is that old is old in any
 * case, and its later days need not be known. Throws NotFound for an unknown day before the count is full.
 * Example: from a Thursday to the Monday after, with no holiday, is 2.
 */
export function sessionsSince(date: string, today: string, rules: ExchangeRules, atMost: number): number {
  let count = 0;
  for (let day = addDays(date, 1); day <= today && count < atMost; day = addDays(day, 1)) {
    if (isTradingDay(day, rules)) count++;
  }
  return count;
}
