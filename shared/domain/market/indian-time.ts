/**
 * Indian Standard Time: a fixed +05:30 with no daylight saving, so plain arithmetic on epoch milliseconds is exact
 * and independent of the machine's own zone.
 */
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const IST_OFFSET_MS = 19_800_000;

/** Epoch milliseconds of an ISO 8601 date-time that carries its offset; NaN when it cannot be read. */
export function epochMs(isoDateTime: string): number {
  return Date.parse(isoDateTime);
}

/** UTC ISO text with milliseconds. Example: `utcIso(0)` is `1970-01-01T00:00:00.000Z`. */
export function utcIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The Indian calendar date (`YYYY-MM-DD`) of a moment: the session it belongs to. */
export function sessionDate(ms: number): string {
  return new Date(ms + IST_OFFSET_MS).toISOString().slice(0, 10);
}

/** Whether two moments lie on one Indian calendar date. */
export function isSameDay(aMs: number, bMs: number): boolean {
  return Math.floor((aMs + IST_OFFSET_MS) / DAY_MS) === Math.floor((bMs + IST_OFFSET_MS) / DAY_MS);
}

/** The moment with its seconds dropped (epoch milliseconds; the same minute in UTC and IST). */
export function minuteStamp(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

/** Minutes since Indian midnight, 0 to 1439, seconds dropped. Example: 09:15:59 IST is 555. */
export function minuteOfDay(ms: number): number {
  return Math.floor(msOfDay(ms) / MINUTE_MS);
}

/** Milliseconds since Indian midnight, 0 to 86,399,999. */
export function msOfDay(ms: number): number {
  const rest = (ms + IST_OFFSET_MS) % DAY_MS;
  return rest < 0 ? rest + DAY_MS : rest;
}

/** The moment of an Indian date and wall-clock minute. Example: `istMs('2025-12-04', 555)` is 09:15 that day. */
export function istMs(date: string, minutes: number): number {
  return Date.parse(`${date}T00:00:00Z`) - IST_OFFSET_MS + minutes * MINUTE_MS;
}

/** `HH:MM` as minutes of the day. Example: `15:30` is 930. */
export function minutesOfClock(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** The calendar date `days` later (earlier when negative). Example: `addDays('2025-12-31', 1)` is `2026-01-01`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Day of the week of a calendar date: 1 Monday to 7 Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}
