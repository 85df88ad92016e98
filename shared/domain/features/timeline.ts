import { epochMs } from '../market/indian-time.ts';
import { isLive, type StoredSnapshot } from '../market/snapshot.ts';
import { reachesOnline } from './online-arrival.ts';

/** Snapshots of one exchange by rising timestamp, with their times read once. */
export interface Timeline {
  readonly snapshots: readonly StoredSnapshot[];
  readonly timestampsMs: readonly number[];
  readonly receivedMs: readonly number[];
  /** When each came into the online window, by our clock; Infinity for one that came too late for it. */
  readonly onlineMs: readonly number[];
}

/** Reads the times of snapshots that are sorted by rising timestamp. */
export function timelineOf(snapshots: readonly StoredSnapshot[]): Timeline {
  const timestampsMs = snapshots.map((snapshot) => epochMs(snapshot.timestamp));
  const receivedMs = snapshots.map((snapshot) => epochMs(snapshot.received_at));
  const onlineMs = snapshots.map(({ received_at, recorded_at }, at) => {
    const recordedMs = recorded_at === received_at ? receivedMs[at]! : epochMs(recorded_at);
    // Nothing was known before it was received.
    const knownMs = Math.max(recordedMs, receivedMs[at]!);
    return reachesOnline(timestampsMs[at]!, recordedMs) ? knownMs : Number.POSITIVE_INFINITY;
  });
  return { snapshots, timestampsMs, receivedMs, onlineMs };
}

/** What was known at a moment: all that a timeline's times of this name put at it or before it. */
export interface Known {
  readonly by: 'receivedMs' | 'onlineMs';
  readonly ms: number;
}

/**
 * What the row of one snapshot may look back on. A live row was served: it saw what had come into the online window by
 * its own receipt, whatever a spool or a backfill that was posted afterwards says of when the tracker had it. Any other
 * row was not served, and knows what the tracker had received by then.
 */
export function knownTo({ snapshots, receivedMs, onlineMs }: Timeline, index: number): Known {
  const isServed = isLive(snapshots[index]!) && Number.isFinite(onlineMs[index]!);
  return isServed ? { by: 'onlineMs', ms: onlineMs[index]! } : { by: 'receivedMs', ms: receivedMs[index]! };
}
