import { computeNow } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import {
  SIBLING_MINUTES,
  timelineOf,
  type WindowContext,
  type WindowTerms,
} from '../../shared/domain/features/window.ts';
import { epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';

/** What the online window holds of a chain at a moment: of each minute the newest snapshot received by then. */
function heldAt(session: readonly StoredSnapshot[], receivedMs: number): StoredSnapshot[] {
  const held = new Map<number, StoredSnapshot>();
  for (const snapshot of session) {
    if (epochMs(snapshot.received_at) > receivedMs) continue;
    const minute = minuteStamp(epochMs(snapshot.timestamp));
    const before = held.get(minute);
    if (before === undefined || before.timestamp < snapshot.timestamp) held.set(minute, snapshot);
  }
  return [...held.values()].sort((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
}

/** The last minutes of other chains that the feature stage fetches, as the online window holds them at a moment. */
function siblingsAt(given: WindowContext, nowMs: number, receivedMs: number): WindowContext['siblings'] {
  const fromMs = minuteStamp(nowMs) - SIBLING_MINUTES * MINUTE_MS;
  const fetched = Object.entries(given.siblings ?? {}).map(([exchange, { snapshots }]) => {
    const near = heldAt(snapshots, receivedMs).filter(({ timestamp }) => epochMs(timestamp) >= fromMs);
    return [exchange as Exchange, timelineOf(near)] as const;
  });
  return Object.fromEntries(fetched);
}

/**
 * Plays a session in the order of receipt: each snapshot that is the newest of its minute when it comes gets its row
 * from what is there by then. One row a minute, by time: the last one it was given.
 */
export function playedLive(
  session: readonly StoredSnapshot[],
  set: FeatureSet,
  terms: WindowTerms,
  context: WindowContext = {},
): FeatureRow[] {
  const minuteRows = new Map<number, FeatureRow>();
  for (const snapshot of session.toSorted((a, b) => epochMs(a.received_at) - epochMs(b.received_at))) {
    const [nowMs, receivedMs] = [epochMs(snapshot.timestamp), epochMs(snapshot.received_at)];
    const held = heldAt(session, receivedMs).filter(({ timestamp }) => timestamp <= snapshot.timestamp);
    const newest = heldAt(session, receivedMs).find(
      ({ timestamp }) => minuteStamp(epochMs(timestamp)) === minuteStamp(nowMs),
    );
    if (newest !== snapshot) continue;
    const siblings = siblingsAt(context, nowMs, receivedMs)!;
    const row = computeNow(held, set, terms, { ...context, siblings });
    if (row !== null) minuteRows.set(minuteStamp(nowMs), row);
  }
  return [...minuteRows].sort(([a], [b]) => a - b).map(([, row]) => row);
}
