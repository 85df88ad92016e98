// The nightly retrain: one exchange, one year, from the dataset's files to the registered candidate and its report.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TRACKER_V2 } from '../shared/domain/features/tracker-v2/tracker-v2.ts';
import { LABEL_COLUMNS } from '../shared/domain/labels/label-row.ts';
import { contentHash } from '../shared/domain/lake/content-hash.ts';
import { resultLine } from './parts/harness.ts';
import { RETRAIN_DATE, retrainLake } from './parts/retrain-lake.ts';

/**
 * With the policy that ships: search, combinatorial folds, the sessions kept back, the exactness gate, the report.
 * The peer is what the native libraries' own fits took of the run: the rest is ours.
 * Arguments: sessions (250), threads of a fit (1).
 */
const SESSIONS = Number(process.argv[2] ?? 250);
const THREADS = process.argv[3] ?? '1';
const TARGET_SECONDS = 180;
const PEAK_TARGET_MB = 2048;

const shape = [SESSIONS, TRACKER_V2.catalogue.map(({ name }) => name), LABEL_COLUMNS, 1];
const folder = join(tmpdir(), `oi-bench-retrain-${contentHash(JSON.stringify(shape)).slice(0, 12)}`);
mkdirSync(folder, { recursive: true });
const files = await retrainLake(folder, SESSIONS);
const manifest = {
  schema: 1,
  version: RETRAIN_DATE,
  exchanges: ['NSE'],
  feature_set: TRACKER_V2.id,
  label_set: 'tracker-tb15-v1',
  content_hash: contentHash(JSON.stringify(files)),
  files,
};
writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
const loadBefore = loadavg()[0];
const script = join(import.meta.dirname, 'workers', 'retrain-exchange.ts');
const run = promisify(execFile)(process.execPath, [script, folder, THREADS], { maxBuffer: 2 ** 26 });
run.child.stdout?.pipe(process.stdout);
const { stdout } = await run;
const { seconds, peak_mb, fit_seconds, ...rest } = JSON.parse(stdout.trim().split('\n').at(-1)!);
console.log(
  resultLine({
    bench: 'retrain',
    ours: seconds,
    peer: fit_seconds,
    peer_source: 'measured',
    unit: 's',
    target: TARGET_SECONDS,
    better: 'lower',
    peak_mb,
    peak_target_mb: PEAK_TARGET_MB,
    peak_met: peak_mb <= PEAK_TARGET_MB,
    ...rest,
    threads: Number(THREADS),
    basis: "the peer is the time inside the families' own fits of the same run",
    cores: availableParallelism(),
    load_1m_before: loadBefore,
    load_1m: loadavg()[0],
  }),
);
