import { addDays } from '../market/indian-time.ts';

/**
 * The first day of the `months` calendar months that end with `date` (YYYY-MM-DD, included). A month that is too
 * short ends on its last day.
 * Examples: `monthsBefore('2025-12-04', 12)` is `2024-12-05`; `monthsBefore('2026-08-31', 6)` is `2026-03-01`.
 */
export function monthsBefore(date: string, months: number): string {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7)) - 1 - months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(Number(date.slice(8, 10)), lastDay);
  return addDays(new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10), 1);
}
