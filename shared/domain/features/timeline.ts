import { epochMs } from '../market/indian-time.ts';
import type { StoredSnapshot } from '../market/snapshot.ts';

/** Snapshots of one exchange by rising timestamp, with their times read once. */
export interface Timeline {
  readonly snapshots: readonly StoredSnapshot[];
  readonly timestampsMs: readonly number[];
  readonly receivedMs: readonly number[];
}

/** Reads the times of snapshots that are sorted by rising timestamp. */
export function timelineOf(snapshots: readonly StoredSnapshot[]): Timeline {
  return {
    snapshots,
    timestampsMs: snapshots.map((snapshot) => epochMs(snapshot.timestamp)),
    receivedMs: snapshots.map((snapshot) => epochMs(snapshot.received_at)),
  };
}
