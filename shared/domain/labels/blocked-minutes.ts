import { type QualityRules, qualityOf } from '../features/row-quality.ts';
import { timelineOf } from '../features/window.ts';
import type { StoredSnapshot } from '../market/snapshot.ts';

/**
 * Which snapshots of a day carry a blocking flag (`policy.blocking`), by the function that flags their feature rows:
 * each by what had been received with it, so that a faulty one is known at once and a sound one never spoilt later.
 * `counted` are all that count of the day, by rising timestamp; others are never blocked.
 * Example: `blockedIn(countedOf(chain), { terms, policy })(snapshot)` is true for a false tick.
 */
export function blockedIn(
  counted: readonly StoredSnapshot[],
  rules: QualityRules,
): (snapshot: StoredSnapshot) => boolean {
  const timeline = timelineOf(counted);
  const places = new Map(counted.map(({ snapshot_id }, index) => [snapshot_id, index]));
  return ({ snapshot_id }) => {
    const index = places.get(snapshot_id);
    if (index === undefined) return false;
    return qualityOf(timeline, index, rules).some((flag) => rules.policy.blocking.includes(flag));
  };
}
