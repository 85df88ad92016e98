import { epochMs, minuteStamp } from './indian-time.ts';
import { isLive, originOf, type StoredSnapshot } from './snapshot.ts';

type Identified = Pick<
  StoredSnapshot,
  'snapshot_id' | 'timestamp' | 'received_at' | 'recorded_at' | 'origin'
>;

/** Which of the rows of one exchange count. Every input row is in exactly one of the first three lists. */
export interface MinutePlan<Row> {
  /** One row per timestamp, the first recorded, by rising timestamp. */
  readonly counted: Row[];
  /**
   * Kept, flagged `revised`: rows with a timestamp that an earlier recorded row already holds, and other content; and
   * rows that were rebuilt from a sparse export where there are recorded ones.
   */
  readonly revised: Row[];
  /** The same snapshot again (same id): to be dropped. */
  readonly duplicates: Row[];
  /** Of each minute the last counted row that is live, or else the last, by rising time: what datasets and labels use. */
  readonly lastOfMinute: Row[];
}

/**
 * Decides which rows count, whatever order they arrive in: for one timestamp the first recorded counts (ties go to
 * the first received, then the smaller id), later different ones are revisions; of a minute the last live row is used,
 * or else the last. What is posted later, or again, never takes the place of what was served, though it may state an
 * earlier receipt. What was rebuilt from a sparse export counts only where nothing else is given.
 */
export function planMinutes<Row extends Identified>(rows: readonly Row[]): MinutePlan<Row> {
  const plan: MinutePlan<Row> = { counted: [], revised: [], duplicates: [], lastOfMinute: [] };
  const seen = new Set<string>();
  const recorded = rows.some((row) => originOf(row) !== 'imported_sparse');
  let lastMs = Number.NaN;
  for (const { row, ms } of inCountingOrder(rows)) {
    if (seen.has(row.snapshot_id)) plan.duplicates.push(row);
    else if (ms === lastMs || (recorded && originOf(row) === 'imported_sparse')) plan.revised.push(row);
    else {
      if (minuteStamp(ms) !== minuteStamp(lastMs)) plan.lastOfMinute.push(row);
      else if (isLive(row) || !isLive(plan.lastOfMinute.at(-1)!)) plan.lastOfMinute.splice(-1, 1, row);
      plan.counted.push(row);
      lastMs = ms;
    }
    seen.add(row.snapshot_id);
  }
  return plan;
}

function inCountingOrder<Row extends Identified>(rows: readonly Row[]): { row: Row; ms: number }[] {
  return rows
    .map((row) => ({
      row,
      ms: epochMs(row.timestamp),
      receivedMs: epochMs(row.received_at),
      recordedMs: epochMs(row.recorded_at),
    }))
    .sort(
      (a, b) =>
        a.ms - b.ms ||
        a.recordedMs - b.recordedMs ||
        a.receivedMs - b.receivedMs ||
        (a.row.snapshot_id < b.row.snapshot_id ? -1 : Number(a.row.snapshot_id > b.row.snapshot_id)),
    );
}
