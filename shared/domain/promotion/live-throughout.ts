import { liveAt } from './live-at.ts';
import type { HistoryRow } from './registry.ts';

/**
 * Whether a version was live from one moment to another (UTC ISO, both included) without a break, by the deployment
 * history. Example: promoted at 11:00, it was not live throughout that session.
 */
export function liveThroughout(
  history: readonly HistoryRow[],
  version: string,
  from: string,
  to: string,
): boolean {
  if (liveAt(history, from) !== version) return false;
  return history
    .map(({ at }) => at)
    .filter((at) => Date.parse(at) > Date.parse(from) && Date.parse(at) <= Date.parse(to))
    .every((at) => liveAt(history, at) === version);
}
