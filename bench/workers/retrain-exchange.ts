// The train stage for one exchange with the policy that ships, in a process of its own so that its peak memory is its own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainExchange } from '../../functions/train/train-exchange.ts';
import { trainCandidate } from '../../models/candidate/train.ts';
import { modelFamilies } from '../../models/families/create.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { renderChart } from '../../shared/adapters/vega/render-chart.ts';
import { executionConfig } from '../../shared/config/execution.ts';
import { gatePolicy } from '../../shared/config/gate.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { trainingPolicy } from '../../shared/config/training.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import type { Trial } from '../../shared/domain/training/trial.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { folderStore } from '../parts/folder-store.ts';

const [folder, threads] = [process.argv[2]!, Number(process.argv[3] ?? 1)];
const manifest: DatasetManifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const policy = trainingPolicy();
const layer = (name: string) =>
  join(import.meta.dirname, '..', '..', 'layers', name, 'build', process.arch, 'lib');
const familyOf = modelFamilies({
  searchPath: `${layer('lightgbm')}:${layer('xgboost')}`,
  workerFile: new URL('../../models/boosting/worker.ts', import.meta.url),
});
let fits = 0;
let fitSeconds = 0;
let candidate: Candidate | undefined;
const steps: Record<string, number> = {};

/** The family, its fits timed: what its own library takes of the run. */
function timedFamily(family: ModelFamily): ModelFamily {
  return {
    ...family,
    async fit(request) {
      const startMs = performance.now();
      const fitted = await family.fit(request);
      fits += 1;
      fitSeconds += (performance.now() - startMs) / 1000;
      return fitted;
    },
  };
}

const trials: Trial[] = [];
const store = folderStore(folder);
const startMs = performance.now();
const startCpu = process.cpuUsage();
const train = trainExchange({
  datasets: { version: async () => manifest } as never,
  models: { add: async () => true } as never,
  lake: lakeFiles(store, hyparquetCodec),
  bucket: store,
  ledger: {
    add: async (_exchange, _target, _run, more) => void trials.push(...more),
    all: async () => trials,
  },
  draw: renderChart,
  topK: gatePolicy().rules.precision_at_top_k.k,
  policy,
  blockingFlags: qualityPolicy().blocking,
  async train(input, name) {
    steps['rows read'] = (performance.now() - startMs) / 1000;
    const rivals = policy.search.rivals.filter((rival) => rival !== name).map(familyOf);
    candidate = await trainCandidate(input, {
      family: timedFamily(familyOf(name)),
      rivals: rivals.filter((rival) => rival.availability().available).map(timedFamily),
      nowMs: systemClock,
      openSession,
      onProgress(step) {
        const seconds = (performance.now() - startMs) / 1000;
        steps[step] = seconds;
        console.log(
          `${seconds.toFixed(1)} s, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB: ${step}`,
        );
      },
    });
    return candidate;
  },
  options: { costReturn: executionConfig().backtest.cost_bps / 10_000, threads },
  seed: 20251204,
  clock: systemClock,
  codeVersion: 'bench',
});

const report = await train({ exchange: 'NSE', dataset_version: manifest.version, target: 'tb15' });
const { user, system } = process.cpuUsage(startCpu);
for (const name of MODEL_FAMILIES) familyOf(name).close();
const { summary, bundle } = candidate!;
console.log(
  JSON.stringify({
    seconds: (performance.now() - startMs) / 1000,
    cpu_s: (user + system) / 1e6,
    peak_mb: process.resourceUsage().maxRSS / 1024,
    fits,
    fit_seconds: fitSeconds,
    bundle_hash: bundle.bundle_hash,
    family: bundle.family,
    rounds: bundle.rounds,
    rows: summary.labelled_rows,
    log_loss: [summary.out_of_fold.log_loss, summary.out_of_fold.base_log_loss],
    auc_buy: report.out_of_fold_auc.buy,
    trials: summary.trials.length,
    search: (summary as { search?: unknown }).search,
    combinatorial: { ...summary.combinatorial, paths: undefined },
    steps,
  }),
);
