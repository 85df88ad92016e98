// Dataset: a year of four exchanges from lake files to statistics, manifest and training matrix.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TRACKER_V2 } from '../shared/domain/features/tracker-v2/tracker-v2.ts';
import { LABEL_COLUMNS } from '../shared/domain/labels/label-row.ts';
import { contentHash } from '../shared/domain/lake/content-hash.ts';
import { datasetLake, SESSION_ROWS, SESSIONS } from './parts/dataset-lake.ts';
import { median, resultLine } from './parts/harness.ts';

const RUNS = 3;
const PEAK_TARGET_MB = 1024;

interface Assembled {
  readonly seconds: number;
  readonly rows: number;
  /** Mean completeness over features and exchanges: both must come to the same. */
  readonly present: number;
  readonly peak_mb: number;
  /** Processor time of all threads: what a busy machine does not change. */
  readonly cpu_s: number;
  readonly build_s?: number;
  readonly rows_s?: number;
}

/** Files of another shape have a folder of their own. */
function cacheFolder(): string {
  const shape = [SESSIONS, SESSION_ROWS, TRACKER_V2.catalogue.map(({ name }) => name), LABEL_COLUMNS];
  const folder = join(tmpdir(), `oi-bench-dataset-${contentHash(JSON.stringify(shape)).slice(0, 12)}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** One assembly in a process of its own, so that its peak memory is its own. */
async function assembled(worker: string, folder: string): Promise<Assembled> {
  const script = join(import.meta.dirname, 'workers', `${worker}.ts`);
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const folder = cacheFolder();
await datasetLake(folder, SESSIONS, (done, total) => {
  if (done % 100 === 0) console.log(`writing the lake: ${done} of ${total} days`);
});
const ours: Assembled[] = [];
const peers: Assembled[] = [];
for (let run = 0; run < RUNS; run++) {
  ours.push(await assembled('assemble-dataset', folder));
  peers.push(await assembled('assemble-duckdb', folder));
  const [mine, peer] = [ours.at(-1)!, peers.at(-1)!];
  if (mine.rows !== peer.rows || Math.abs(mine.present - peer.present) > 1e-9) {
    throw new Error(
      `rows and completeness: expected those of DuckDB, ${JSON.stringify(peer)}, was ${JSON.stringify(mine)}`,
    );
  }
  console.log(
    `ours ${mine.seconds.toFixed(1)} s, ${mine.peak_mb.toFixed(0)} MB; DuckDB ${peer.seconds.toFixed(1)} s, ${peer.peak_mb.toFixed(0)} MB`,
  );
}
const seconds = (runs: readonly Assembled[]) => median(runs.map((run) => run.seconds));
const peak = (runs: readonly Assembled[]) => Math.max(...runs.map((run) => run.peak_mb));
console.log(
  resultLine({
    bench: 'dataset',
    ours: seconds(ours),
    peer: seconds(peers),
    peer_source: 'measured',
    unit: 's',
    target: null,
    better: 'lower',
    peak_mb: peak(ours),
    peak_target_mb: PEAK_TARGET_MB,
    peak_met: peak(ours) <= PEAK_TARGET_MB,
    peer_peak_mb: peak(peers),
    cpu_s: median(ours.map((run) => run.cpu_s)),
    peer_cpu_s: median(peers.map((run) => run.cpu_s)),
    build_s: median(ours.map((run) => run.build_s!)),
    rows_s: median(ours.map((run) => run.rows_s!)),
    rows: ours[0]!.rows,
    days: SESSIONS,
    exchanges: 4,
    basis:
      'ours proves each file by its SHA-256 twice, once for the manifest and once for training; DuckDB on all cores proves none',
    cores: availableParallelism(),
    load_1m: loadavg()[0],
  }),
);
