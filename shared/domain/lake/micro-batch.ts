import { epochMs, sessionDate, utcIso } from '../market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../market/snapshot.ts';
import { type BatchRow, countOrigins } from './registry-rows.ts';

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

/** A batch of two or more snapshots as two, to find the one that cannot be written. */
export function halves(batch: MicroBatch): [MicroBatch, MicroBatch] {
  const middle = Math.ceil(batch.snapshots.length / 2);
  return [
    { ...batch, snapshots: batch.snapshots.slice(0, middle) },
    { ...batch, snapshots: batch.snapshots.slice(middle) },
  ];
}

/**
 * The name of a micro-batch, by its first time and its file's content (SHA-256, hex): a file that two consumers race
 * to write is either the same one, or has another name.
 */
export function batchId(batch: MicroBatch, fileHash: string): string {
  const first = batch.snapshots[0]?.timestamp ?? '';
  return `${first.replace(/[-:]|\.\d+/g, '')}-${fileHash.slice(0, 16)}`;
}

/** The registry row of a batch (at least one snapshot) that was written as `file` and is registered at `recordedAt`. */
export function batchRow(
  batch: MicroBatch,
  file: Pick<BatchRow, 'path' | 'bytes' | 'sha256'>,
  recordedAt: string,
): BatchRow {
  const timestamp = range(batch.snapshots.map((snapshot) => snapshot.timestamp));
  const received = range(batch.snapshots.map((snapshot) => snapshot.received_at));
  const recorded = range(batch.snapshots.map((snapshot) => snapshot.recorded_at));
  return {
    batch_id: batchId(batch, file.sha256),
    exchange: batch.exchange,
    date: batch.date,
    ...file,
    records: batch.snapshots.reduce((sum, snapshot) => sum + snapshot.legs.length, 0),
    snapshots: batch.snapshots.length,
    origins: countOrigins(batch.snapshots),
    first_timestamp: timestamp.first,
    last_timestamp: timestamp.last,
    first_received_at: received.first,
    last_received_at: received.last,
    first_recorded_at: recorded.first,
    last_recorded_at: recorded.last,
    recorded_at: recordedAt,
  };
}

/** Earliest and latest as UTC text, in whatever zone they were written. */
function range(times: readonly string[]): { first: string; last: string } {
  const sorted = times.map(epochMs).sort((a, b) => a - b);
  return { first: utcIso(sorted[0]!), last: utcIso(sorted.at(-1)!) };
}

function byTime(a: StoredSnapshot, b: StoredSnapshot): number {
  return epochMs(a.timestamp) - epochMs(b.timestamp) || (a.snapshot_id < b.snapshot_id ? -1 : 1);
}
