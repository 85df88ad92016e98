import { istMs, minuteOfDay } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** The snapshot was taken on a day without trading, before the open, within a pause or after the close. */
export function outOfSession({ now, terms }: QualityContext): QualityFinding | null {
  const { session, date } = terms;
  const flag = 'out_of_session';
  if (session === null) return { flag, field: 'timestamp', why: `no session on ${date}` };
  const { pause } = session;
  const paused =
    pause !== undefined && now.ms > istMs(date, pause.fromMinute) && now.ms < istMs(date, pause.toMinute);
  if (now.ms >= session.openMs && now.ms <= session.closeMs && !paused) return null;
  const without = paused ? ` without ${clock(pause.fromMinute)} to ${clock(pause.toMinute)}` : '';
  const hours = `${clock(session.openMinute)} to ${clock(session.closeMinute)}${without}`;
  return { flag, field: 'timestamp', why: `expected ${hours} IST, was ${clock(minuteOfDay(now.ms))}` };
}

function clock(minuteOfTheDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfTheDay / 60))}:${two(minuteOfTheDay % 60)}`;
}
