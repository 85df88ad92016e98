import { minuteStamp, utcIso } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';

/** Another snapshot of the same minute came before. */
export function duplicatedMinute({ now, history }: QualityContext): QualityFinding | null {
  const minute = minuteStamp(now.ms);
  const earlier = history.filter((one) => minuteStamp(one.ms) === minute);
  if (earlier.length === 0) return null;
  const first = utcIso(earlier[0]!.ms);
  return {
    flag: 'duplicated_minute',
    field: 'timestamp',
    why: `expected one snapshot a minute, was number ${earlier.length + 1} (the first at ${first})`,
  };
}
