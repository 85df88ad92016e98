import { addDays } from '../market/indian-time.ts';

/** Calendar days that hold the sessions a window may look back on (window.ts, PRIOR_DAYS), holidays included. */
const CALENDAR_DAYS = 400;

/** The dates, first and last, among which the earlier sessions of a session are. */
export function earlierDays(date: string): [from: string, to: string] {
  return [addDays(date, -CALENDAR_DAYS), addDays(date, -1)];
}
