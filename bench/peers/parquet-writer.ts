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

/** How often on the way memory is measured. */
const SAMPLES = 4;

export interface MemoryOverRows {
  readonly rows: number;
  /** What is alive after each quarter of the rows: heap and buffers, after a collection. */
  readonly samples: readonly { readonly rows: number; readonly aliveMb: number }[];
  /** The largest sample over the first. */
  readonly growthMb: number;
  readonly peakRssMb: number;
}

/** Takes batches of 5,000 rows from snapshots to flushed files until there are `rows`. */
export function memoryOverRows(
  folder: string,
  session: readonly StoredSnapshot[],
  rows: number,
): MemoryOverRows {
  const collect = collector();
  const path = join(folder, 'memory.parquet');
  const snapshots = snapshotsOfRows(session, BATCH_ROWS);
  const batches = Math.ceil(rows / BATCH_ROWS);
  const quarters = Array.from({ length: SAMPLES }, (_, at) => Math.ceil((batches * (at + 1)) / SAMPLES));
  const samples: { rows: number; aliveMb: number }[] = [];
  let peakRss = 0;
  for (let batch = 1; batch <= batches; batch += 1) {
    flush(path, hyparquetCodec.write(firstRows(rawTable(snapshots), BATCH_ROWS)));
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
    if (quarters.includes(batch)) samples.push({ rows: batch * BATCH_ROWS, aliveMb: aliveMb(collect) });
  }
  const alive = samples.map((sample) => sample.aliveMb);
  const growthMb = Math.max(...alive) - alive[0]!;
  return { rows: batches * BATCH_ROWS, samples, growthMb, peakRssMb: peakRss / MB };
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
  // Buffers are swept beside the program; the next collection first waits for that.
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MB;
}
