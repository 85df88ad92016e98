import { msOfDay } from '../../market/indian-time.ts';
import type { FeatureSpec } from '../feature-set.ts';
import type { FeatureContext } from './context.ts';
import { AT } from './names.ts';

/** The Indian clock at now (FEATURES.md, 4.8). */
export const CLOCK: readonly FeatureSpec[] = [
  of('hour', 'hour', 'hour of the Indian clock'),
  of('minute', 'minute', 'minute of the hour'),
  of('time_to_close_hours', 'hours', 'now to 15:30, seconds counted, never below 0'),
  of('is_opening_hour', 'flag', 'hour = 9'),
  of('is_closing_hour', 'flag', 'hour >= 15'),
  of('is_lunch_hour', 'flag', '12 <= hour < 14'),
  of('sin_time', '-1..1', 'sine of 2 pi x minute of the day / 1440'),
  of('cos_time', '-1..1', 'cosine of 2 pi x minute of the day / 1440'),
];

function of(name: keyof typeof AT, unit: string, formula: string): FeatureSpec {
  return { name, unit, formula, source: 'FEATURES.md 4.8', lookBackMinutes: 0, missing: 'none' };
}

const HOUR_MS = 3_600_000;
const CLOSE_MS = 15.5 * HOUR_MS;

/** The clock features of one moment, by name. */
export function clockFeatures(nowMs: number) {
  const ms = msOfDay(nowMs);
  const minuteOfDay = Math.floor(ms / 60_000);
  const hour = Math.floor(minuteOfDay / 60);
  const angle = (2 * Math.PI * minuteOfDay) / 1440;
  return {
    hour,
    minute: minuteOfDay % 60,
    time_to_close_hours: Math.max(0, CLOSE_MS - ms) / HOUR_MS,
    is_opening_hour: Number(hour === 9),
    is_closing_hour: Number(hour >= 15),
    is_lunch_hour: Number(hour >= 12 && hour < 14),
    sin_time: Math.sin(angle),
    cos_time: Math.cos(angle),
  };
}

/** Writes the group's features. */
export function putClock({ nowMs }: FeatureContext, out: Float64Array): void {
  const clock = clockFeatures(nowMs);
  out[AT.hour] = clock.hour;
  out[AT.minute] = clock.minute;
  out[AT.time_to_close_hours] = clock.time_to_close_hours;
  out[AT.is_opening_hour] = clock.is_opening_hour;
  out[AT.is_closing_hour] = clock.is_closing_hour;
  out[AT.is_lunch_hour] = clock.is_lunch_hour;
  out[AT.sin_time] = clock.sin_time;
  out[AT.cos_time] = clock.cos_time;
}
