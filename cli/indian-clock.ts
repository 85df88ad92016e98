const TIMES = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', timeStyle: 'medium' });
const UTC = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const DAYS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Kolkata',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});

/** The Indian wall clock of a moment. Example: `2025-12-04 12:35`. */
export function indianClock(timestamp: string): string {
  return new Date(Date.parse(timestamp) + 19_800_000).toISOString().slice(0, 16).replace('T', ' ');
}

/** A text with each UTC time in it as the Indian wall clock. Example: `until 2025-12-04 12:35:10 IST`. */
export function withIndianTimes(text: string): string {
  return text.replaceAll(UTC, (moment) => `${indianClock(moment).slice(0, 10)} ${indianTime(moment)} IST`);
}

/** Only the time of day. Example: `12:35:00`. */
export function indianTime(timestamp: string): string {
  return TIMES.format(Date.parse(timestamp));
}

/** The day in words. Example: `Thu, 4 Dec 2025`. */
export function indianDay(timestamp: string): string {
  return DAYS.format(Date.parse(timestamp));
}
