import { minuteOfDay } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** The snapshot was taken on a day without trading, before the open or after the close. */
export function outOfSession({ now, terms }: QualityContext): QualityFinding | null {
  const { session, date } = terms;
  const flag = 'out_of_session';
  if (session === null) return { flag, field: 'timestamp', why: `no session on ${date}` };
  if (now.ms >= session.openMs && now.ms <= session.closeMs) return null;
  const hours = `${clock(session.openMinute)} to ${clock(session.closeMinute)}`;
  return { flag, field: 'timestamp', why: `expected ${hours} IST, was ${clock(minuteOfDay(now.ms))}` };
}

function clock(minuteOfTheDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfTheDay / 60))}:${two(minuteOfTheDay % 60)}`;
}
