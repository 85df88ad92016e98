import { epochMs } from '../market/indian-time.ts';
import { planMinutes } from '../market/minutes.ts';
import type { StoredSnapshot } from '../market/snapshot.ts';

/**
 * A session's minutes as the online window holds them, and the snapshots that they replaced or are about to: a row looks
 * back on what had been received by then, also where a minute's later snapshot has come since. By rising timestamp, one
 * each; the window's where both have one.
 */
export function knownMinutes(
  minutes: readonly StoredSnapshot[],
  others: readonly StoredSnapshot[],
): StoredSnapshot[] {
  const known = [...planMinutes(others).counted, ...minutes];
  const byTime = new Map(known.map((snapshot) => [epochMs(snapshot.timestamp), snapshot]));
  return [...byTime].sort(([a], [b]) => a - b).map(([, snapshot]) => snapshot);
}
