import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { rawTable } from '../../shared/domain/lake/chain-rows.ts';
import type { ColumnTable } from '../../shared/domain/lake/column-table.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { median, type Repeat, timed } from '../parts/harness.ts';

export const BATCH_ROWS = 5000;
const MB = 2 ** 20;

/** Writes snapshots as one Parquet file and flushes it to the disk. */
export function writeDurably(path: string, snapshots: readonly StoredSnapshot[]): void {
  flush(path, hyparquetCodec.write(rawTable(snapshots)));
}

/** Median milliseconds from 5,000 leg rows in memory to a flushed file, and the mean processor time with warm-up. */
export async function microBatchMs(
  folder: string,
  session: readonly StoredSnapshot[],
  repeat: Repeat = { warmUp: 10, runs: 41 },
) {
  const path = join(folder, 'micro-batch.parquet');
  const batch = snapshotsOfRows(session, BATCH_ROWS);
  const before = process.cpuUsage();
  const ms = await timed(repeat, () =>
    flush(path, hyparquetCodec.write(firstRows(rawTable(batch), BATCH_ROWS))),
  );
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / (repeat.warmUp + repeat.runs);
  return { rows: BATCH_ROWS, ms: median(ms), cpuMs };
}

/**
 * Writes batches of 5,000 rows until there are `rows`: growth of what is alive (heap and buffers, after a collection)
 * from a fifth of the rows to all of them, and the largest resident set seen.
 */
export function memoryOverRows(folder: string, session: readonly StoredSnapshot[], rows: number) {
  const collect = collector();
  const path = join(folder, 'memory.parquet');
  const table = firstRows(rawTable(session), BATCH_ROWS);
  const batches = Math.ceil(rows / BATCH_ROWS);
  let startMb = 0;
  let peakRss = 0;
  for (let batch = 1; batch <= batches; batch += 1) {
    flush(path, hyparquetCodec.write(table));
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
    if (batch === Math.ceil(batches / 5)) startMb = aliveMb(collect);
  }
  return { rows: batches * BATCH_ROWS, growthMb: aliveMb(collect) - startMb, peakRssMb: peakRss / MB };
}

/** The first snapshots that have at least so many legs together. */
function snapshotsOfRows(session: readonly StoredSnapshot[], rows: number): readonly StoredSnapshot[] {
  let legs = 0;
  const end = session.findIndex((snapshot) => {
    legs += snapshot.legs.length;
    return legs >= rows;
  });
  return end < 0 ? session : session.slice(0, end + 1);
}

function firstRows(table: ColumnTable, rows: number): ColumnTable {
  if (table.rows < rows) throw new RangeError(`rows: expected at least ${rows}, was ${table.rows}`);
  return {
    rows,
    columns: table.columns.map((column) => ({ ...column, values: column.values.slice(0, rows) })),
  };
}

function flush(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function aliveMb(collect: () => void): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MB;
}
