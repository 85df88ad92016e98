import { MINUTE_MS } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

/** Nothing came for longer than a minute's cadence allows: since the snapshot before, or since the open. */
export function minuteGap({ now, history, terms, policy }: QualityContext): QualityFinding | null {
  const { session } = terms;
  if (session === null) return null;
  const windowStartMs = now.ms - policy.history_minutes * MINUTE_MS;
  const beforeMs = history.at(-1)?.ms ?? Math.max(session.openMs, windowStartMs);
  const seconds = (now.ms - beforeMs) / 1000;
  if (seconds <= policy.minute_gap.seconds) return null;
  const since =
    history.length > 0
      ? 'the snapshot before'
      : beforeMs === session.openMs
        ? 'the open'
        : 'any snapshot, at least';
  return {
    flag: 'minute_gap',
    field: 'timestamp',
    why: `expected at most ${policy.minute_gap.seconds} s since ${since}, was ${shown(seconds)} s`,
  };
}
