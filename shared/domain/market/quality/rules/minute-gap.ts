import { MINUTE_MS } from '../../indian-time.ts';
import type { QualityContext } from '../context.ts';
import type { QualityFinding } from '../finding.ts';
import { shown } from '../wording.ts';

/**
 * Nothing came for longer than a minute's cadence allows: since the snapshot before, or, where the window holds
 * none, since the open or the start of the window. Before the open nothing is due.
 */
export function minuteGap(context: QualityContext): QualityFinding | null {
  const { now, history, terms, policy } = context;
  if (terms.session === null) return null;
  const before = history.at(-1);
  const windowStartMs = now.ms - policy.history_minutes * MINUTE_MS;
  const sinceMs = before?.ms ?? Math.max(terms.session.openMs, windowStartMs);
  const seconds = (now.ms - sinceMs) / 1000;
  if (seconds <= policy.minute_gap.seconds) return null;
  const start = before ? 'since the one before' : sinceMs === windowStartMs ? 'or more' : 'since the open';
  return {
    flag: 'minute_gap',
    field: 'timestamp',
    why: `expected a snapshot within ${policy.minute_gap.seconds} s, was none for ${shown(seconds)} s ${start}`,
  };
}
