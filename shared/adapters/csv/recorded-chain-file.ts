import { ExpiryListing } from '../../domain/market/import/expiry-plan.ts';
import { importMoment, type SkipReason } from '../../domain/market/import/recorded-chain.ts';
import type { RecordedRow } from '../../domain/market/import/recorded-row.ts';
import type { ChainSnapshot, Exchange } from '../../domain/market/snapshot.ts';
import { RejectedInput } from '../../errors.ts';
import { readRows } from './recorded-rows.ts';

/** What became of a file's rows so far: `rows` = `used` + all of `skipped`. */
export interface RecordedChainSummary {
  readonly file: string;
  /** Data rows read so far, and in the whole file. */
  readonly rows: number;
  readonly totalRows: number;
  readonly used: number;
  /** Used rows whose implied volatility below 1 percent was taken as missing. */
  readonly ivBelowOne: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly snapshots: Readonly<Partial<Record<Exchange, number>>>;
  /** First and last timestamp of a snapshot, with offset; undefined before the first. */
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/** A recorded chain that has been checked as a whole and can be walked once. */
export interface RecordedChain {
  /** In the order of time. */
  readonly snapshots: AsyncGenerator<ChainSnapshot, void, undefined>;
  summary(): RecordedChainSummary;
}

export interface OpenOptions {
  /** Told every 10,000 rows how many the check has read: a day of two chains takes some seconds. */
  readonly onRowsChecked?: (rows: number) => void;
}

const ROWS_PER_REPORT = 10_000;

/**
 * Opens a recorded chain (`.csv` or `.csv.gz`). The whole file is read once beforehand, so that a broken one is
 * refused before its first snapshot is handed out and each day's expiries are known; the snapshots are then
 * streamed in a second pass, one moment in memory at a time.
 * Throws RejectedInput that names file, line and remedy: missing file, not gzip, cut off, wrong header, unreadable
 * row, falling timestamps.
 * Example: `const chain = await openRecordedChain(path); for await (const snapshot of chain.snapshots) ...`.
 */
export async function openRecordedChain(path: string, options: OpenOptions = {}): Promise<RecordedChain> {
  const { listing, totalRows } = await checkFile(path, options);
  const tally = {
    rows: 0,
    used: 0,
    ivBelowOne: 0,
    skipped: {},
    snapshots: {},
    first: undefined,
    last: undefined,
  } as Tally;
  return {
    snapshots: walk(path, listing, tally),
    summary: () => ({
      ...{ file: path, totalRows, ...tally },
      skipped: { ...tally.skipped },
      snapshots: { ...tally.snapshots },
    }),
  };
}

interface Tally {
  rows: number;
  used: number;
  ivBelowOne: number;
  readonly skipped: Partial<Record<SkipReason, number>>;
  readonly snapshots: Partial<Record<Exchange, number>>;
  first: string | undefined;
  last: string | undefined;
}

async function checkFile(
  path: string,
  { onRowsChecked }: OpenOptions,
): Promise<{ listing: ExpiryListing; totalRows: number }> {
  const listing = new ExpiryListing();
  let totalRows = 0;
  let last = '';
  for await (const { row, line } of readRows(path)) {
    if (row.timestamp < last) {
      throw new RejectedInput(
        `${path}:${line}: expected timestamps that never fall, was ${row.timestamp} after ${last}; sort the file by its timestamp column`,
        { field: 'timestamp' },
      );
    }
    last = row.timestamp;
    totalRows += 1;
    listing.add(row);
    if (totalRows % ROWS_PER_REPORT === 0) onRowsChecked?.(totalRows);
  }
  if (totalRows === 0)
    throw new RejectedInput(`${path}: expected at least one row below the header, was none`);
  return { listing, totalRows };
}

async function* walk(
  path: string,
  listing: ExpiryListing,
  tally: Tally,
): AsyncGenerator<ChainSnapshot, void, undefined> {
  let moment: RecordedRow[] = [];
  for await (const { row } of readRows(path)) {
    if (moment.length > 0 && moment[0]!.timestamp !== row.timestamp) {
      yield* settle(moment, listing, tally);
      moment = [];
    }
    moment.push(row);
  }
  yield* settle(moment, listing, tally);
}

function settle(
  rows: readonly RecordedRow[],
  listing: ExpiryListing,
  tally: Tally,
): readonly ChainSnapshot[] {
  const { snapshots, used, ivBelowOne, skipped } = importMoment(rows, listing);
  tally.rows += rows.length;
  tally.used += used;
  tally.ivBelowOne += ivBelowOne;
  for (const [reason, count] of Object.entries(skipped) as [SkipReason, number][]) {
    tally.skipped[reason] = (tally.skipped[reason] ?? 0) + count;
  }
  for (const { exchange, timestamp } of snapshots) {
    tally.snapshots[exchange] = (tally.snapshots[exchange] ?? 0) + 1;
    tally.first ??= timestamp;
    tally.last = timestamp;
  }
  return snapshots;
}
