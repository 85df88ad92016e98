import { minutesOfClock } from '../../market/indian-time.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The session is not open yet, a position could not be held for its horizon before it closes, or entries are over. */
export function sessionEnding(
  { action, session, horizonMinutes }: RiskFacts,
  policy: RiskPolicy,
): string | null {
  if (action === 'HOLD') return null;
  if (session === null) return 'no session is open';
  if (session.minute < session.openMinute) return 'the session has not begun';
  const left = session.closeMinute - session.minute;
  if (left <= 0) return 'the session has ended';
  const needed = Math.max(horizonMinutes, policy.no_entry_last_minutes);
  if (left < needed) return `the session ends in ${minutes(left)}, at least ${needed} are needed`;
  const lastEntry = minutesOfClock(policy.no_entry_from);
  // An evening session opens after the day's last entry: for it only the minutes to its own close count.
  const over = session.openMinute < lastEntry && session.minute >= lastEntry;
  return over ? `no position is entered from ${policy.no_entry_from} on` : null;
}

function minutes(count: number): string {
  return count === 1 ? '1 minute' : `${count} minutes`;
}
