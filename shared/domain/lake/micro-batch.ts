import { epochMs, sessionDate } from '../market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../market/snapshot.ts';

/**
 * Most snapshots a micro-batch may hold: its registry row and one `seen` row per snapshot commit in one DynamoDB
 * transaction of at most 100 items.
 */
export const MAX_BATCH_SNAPSHOTS = 90;

/** One Parquet file to write: snapshots of one exchange and one Indian date, by time, none of them written before. */
export interface MicroBatch {
  readonly exchange: Exchange;
  readonly date: string;
  readonly snapshots: readonly StoredSnapshot[];
}

/** The snapshots that belong together before anybody has looked which are already in the lake. */
export interface SnapshotGroup {
  readonly exchange: Exchange;
  readonly date: string;
  readonly snapshots: readonly StoredSnapshot[];
}

/** Groups snapshots by exchange and Indian date; within the group each id once, by time. */
export function groupSnapshots(snapshots: readonly StoredSnapshot[]): SnapshotGroup[] {
  const groups = new Map<string, Map<string, StoredSnapshot>>();
  for (const snapshot of snapshots) {
    const key = `${snapshot.exchange}/${sessionDate(epochMs(snapshot.timestamp))}`;
    const group = groups.get(key) ?? new Map<string, StoredSnapshot>();
    if (!group.has(snapshot.snapshot_id)) group.set(snapshot.snapshot_id, snapshot);
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => {
    const [exchange, date] = key.split('/') as [Exchange, string];
    return { exchange, date, snapshots: [...group.values()].sort(byTime) };
  });
}

/** Cuts what is not yet in the lake (`seen`) into batches of at most MAX_BATCH_SNAPSHOTS. All seen: no batch. */
export function planMicroBatches(group: SnapshotGroup, seen: ReadonlySet<string>): MicroBatch[] {
  const fresh = group.snapshots.filter((snapshot) => !seen.has(snapshot.snapshot_id));
  const batches: MicroBatch[] = [];
  for (let start = 0; start < fresh.length; start += MAX_BATCH_SNAPSHOTS) {
    const snapshots = fresh.slice(start, start + MAX_BATCH_SNAPSHOTS);
    batches.push({ exchange: group.exchange, date: group.date, snapshots });
  }
  return batches;
}

/**
 * The name of a micro-batch, by its first time and its file's content (SHA-256, hex): a file that two consumers race
 * to write is either the same one, or has another name.
 */
export function batchId(batch: MicroBatch, fileHash: string): string {
  const first = batch.snapshots[0]?.timestamp ?? '';
  return `${first.replace(/[-:]|\.\d+/g, '')}-${fileHash.slice(0, 16)}`;
}

function byTime(a: StoredSnapshot, b: StoredSnapshot): number {
  return epochMs(a.timestamp) - epochMs(b.timestamp) || (a.snapshot_id < b.snapshot_id ? -1 : 1);
}
