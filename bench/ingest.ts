// Ingest: snapshots through the local HTTP API to registered Parquet, against the Parquet writer alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_BATCH_SNAPSHOTS } from '../shared/domain/lake/micro-batch.ts';
import type { ChainSnapshot } from '../shared/domain/market/snapshot.ts';
import { median, resultLine, timed } from './parts/harness.ts';
import { sessionOf, stored } from './parts/market.ts';
import { memoryOverRows, microBatchMs, writeDurably } from './peers/parquet-writer.ts';

const SEED = 11;
const DATES = ['2026-01-06', '2026-01-07', '2026-01-08'];
const WARM_UP_DATE = '2026-01-05';
const BATCH_TARGET_MS = 40;
const MEMORY_ROWS = 1_000_000;
/** Growth of what is alive after the first quarter of the rows that still counts as flat. */
const FLAT_WITHIN_MB = 8;

/** Runs `use` with a local cloud of its own in a temporary folder; both are gone afterwards. */
async function withCloud<T>(folder: string, use: (cloud: BenchCloud) => Promise<T>): Promise<T> {
  // Read when the CLI's modules load, so before they are imported.
  process.env['OI_ENVIRONMENTS'] = folder;
  const { BENCH_ENVIRONMENT, openCloud } = await import('./parts/cloud.ts');
  const cloud = await openCloud(BENCH_ENVIRONMENT);
  try {
    return await use(cloud);
  } finally {
    await cloud.stop();
  }
}

type BenchCloud = Awaited<ReturnType<typeof import('./parts/cloud.ts')['openCloud']>>;

/** Seconds from the first request to the last snapshot's registered file, one figure a session. */
async function throughApi(folder: string): Promise<number[]> {
  return withCloud(folder, async (cloud) => {
    await cloud.ingest(sessionOf('NSE', WARM_UP_DATE, SEED));
    const seconds: number[] = [];
    for (const date of DATES) seconds.push(await cloud.ingest(sessionOf('NSE', date, SEED)));
    return seconds;
  });
}

/** Seconds to write the same sessions in the same micro-batches with the writer alone, each file flushed to disk. */
async function writerAlone(folder: string): Promise<number[]> {
  const sessions = DATES.map((date) => stored(sessionOf('NSE', date, SEED)));
  const ms = await timed({ warmUp: sessions.length, runs: sessions.length * 3 }, (round) => {
    const session = sessions[round % sessions.length]!;
    for (let from = 0; from < session.length; from += MAX_BATCH_SNAPSHOTS) {
      writeDurably(join(folder, `${from}.parquet`), session.slice(from, from + MAX_BATCH_SNAPSHOTS));
    }
  });
  return ms.map((one) => one / 1000);
}

async function main(folder: string): Promise<void> {
  const session: readonly ChainSnapshot[] = sessionOf('NSE', DATES[0]!, SEED);
  const ours = session.length / median(await throughApi(join(folder, 'env')));
  console.log(`through the API: ${ours.toFixed(0)} snapshots a second`);
  const peer = session.length / median(await writerAlone(folder));
  console.log(`the writer alone: ${peer.toFixed(0)} snapshots a second`);
  const batch = await microBatchMs(folder, stored(session));
  console.log(`a micro-batch of ${batch.rows} rows: ${batch.ms.toFixed(1)} ms`);
  const memory = memoryOverRows(folder, stored(session), MEMORY_ROWS);
  for (const { rows, aliveMb } of memory.samples)
    console.log(`memory after ${rows} rows: ${aliveMb.toFixed(1)} MB alive`);
  const isFlat = memory.growthMb <= FLAT_WITHIN_MB;
  console.log(
    resultLine({
      bench: 'ingest',
      ours,
      peer,
      peer_source: 'measured',
      unit: 'snapshots/s',
      target: null,
      better: 'higher',
      legs_per_snapshot: session[0]!.legs.length,
      micro_batch_rows: batch.rows,
      micro_batch_ms: batch.ms,
      micro_batch_cpu_ms: batch.cpuMs,
      micro_batch_target_ms: BATCH_TARGET_MS,
      micro_batch_met: batch.ms <= BATCH_TARGET_MS,
      cores: availableParallelism(),
      load_1m: loadavg()[0],
      memory_flat: isFlat,
      memory_of: 'snapshots to files of 5,000 rows: heap and buffers after a collection',
      memory_rows: memory.samples.map(({ rows }) => rows),
      memory_alive_mb: memory.samples.map(({ aliveMb }) => aliveMb),
      memory_growth_mb: memory.growthMb,
      memory_peak_rss_mb: memory.peakRssMb,
      memory_met: isFlat,
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'oi-bench-'));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
