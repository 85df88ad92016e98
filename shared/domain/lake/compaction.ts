import { epochMs } from '../market/indian-time.ts';
import { planMinutes } from '../market/minutes.ts';
import { isSparse, type StoredSnapshot } from '../market/snapshot.ts';
import type { ChainDaySnapshot } from './chain-rows.ts';
import type { BatchRow, DayFileRow } from './registry-rows.ts';

/** A day's snapshots as the compacted chain holds them, by time: each id once, revisions kept and flagged. */
export interface CompactedDay {
  readonly snapshots: readonly ChainDaySnapshot[];
  readonly duplicates: number;
  readonly revised: number;
}

/** Merges the snapshots of any number of micro-batches of one exchange and day, in whatever order they come. */
export function compactDay(snapshots: readonly StoredSnapshot[]): CompactedDay {
  const plan = planMinutes(snapshots);
  const kept = [
    ...plan.counted.map((snapshot) => ({ ...snapshot, revised: false })),
    ...plan.revised.map((snapshot) => ({ ...snapshot, revised: true })),
  ];
  kept.sort((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp) || Number(a.revised) - Number(b.revised));
  return { snapshots: kept, duplicates: plan.duplicates.length, revised: plan.revised.length };
}

/**
 * The micro-batches of a day that its chain file has not taken in. With the chain file they hold every snapshot of the
 * day exactly once, in whatever order the two were looked up and whatever happened between.
 */
export function pendingBatches(chain: DayFileRow | undefined, batches: readonly BatchRow[]): BatchRow[] {
  const taken = new Set(chain?.batch_ids);
  return batches.filter(({ batch_id }) => !taken.has(batch_id));
}

/** The rows of a compacted day that count, by time: all but the revisions. */
export function countedOf(snapshots: readonly ChainDaySnapshot[]): ChainDaySnapshot[] {
  return snapshots.filter((snapshot) => !snapshot.revised);
}

/** As `minutesOfDay`, without what was rebuilt from a sparse export: labels and outcomes never rest on that. */
export function pricedMinutesOfDay(snapshots: readonly ChainDaySnapshot[]): StoredSnapshot[] {
  return minutesOfDay(snapshots).filter((snapshot) => !isSparse(snapshot));
}

/** The rows of a compacted day that count, one per minute (the minute's last), by time. */
export function minutesOfDay(snapshots: readonly ChainDaySnapshot[]): StoredSnapshot[] {
  return planMinutes(countedOf(snapshots)).lastOfMinute;
}
