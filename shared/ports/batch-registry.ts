import type { BatchRow, DayFileKind, DayFileRow } from '../domain/lake/registry-rows.ts';
import type { Exchange } from '../domain/market/snapshot.ts';

/** Which files of the lake count. Readers go by the registry only: a file without a row does not exist for them. */
export interface BatchRegistry {
  /** Which of these snapshots are in a registered micro-batch. */
  seen(exchange: Exchange, date: string, snapshotIds: readonly string[]): Promise<Set<string>>;
  /**
   * Registers a micro-batch and marks its snapshots as seen, in one transaction.
   * @throws Conflict when the batch or one of the snapshots is already registered.
   */
  commit(row: BatchRow, snapshotIds: readonly string[]): Promise<void>;
  /** Every micro-batch ever registered for a day, compacted or not, by id. */
  batches(exchange: Exchange, date: string): Promise<BatchRow[]>;
  /** How many snapshots of a day are in the lake. */
  snapshotCount(exchange: Exchange, date: string): Promise<number>;
  dayFile(kind: DayFileKind, set: string, exchange: Exchange, date: string): Promise<DayFileRow | undefined>;
  /** Day files with from <= date <= to, by date. */
  dayFiles(
    kind: DayFileKind,
    set: string,
    exchange: Exchange,
    from: string,
    to: string,
  ): Promise<DayFileRow[]>;
  /**
   * Every revision there ever was of the day files with from <= date <= to, by date and revision: what counted at an
   * earlier time can be found again.
   */
  dayFileRevisions(
    kind: DayFileKind,
    set: string,
    exchange: Exchange,
    from: string,
    to: string,
  ): Promise<DayFileRow[]>;
  /**
   * Makes `row` the file that counts and keeps it as a revision; expects the registry to hold revision `row.revision - 1` (0 = none).
   * @throws Conflict when somebody was faster.
   */
  switchDayFile(row: DayFileRow): Promise<void>;
}
