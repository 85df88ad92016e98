// Ours, in a process of its own so that its peak memory is its own: the dataset stage, then the trainer's rows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDataset } from '../../functions/dataset/build-dataset.ts';
import { readCandidateRows } from '../../functions/train/read-rows.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { datasetPolicy } from '../../shared/config/datasets.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { featureNames } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { epochMs } from '../../shared/domain/market/indian-time.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { EXCHANGES } from '../../shared/domain/market/snapshot.ts';
import { targetNamed } from '../../shared/domain/training/targets.ts';
import { DATASET_DATE, type DatasetLake, LAKE_CONTENTS } from '../parts/dataset-lake.ts';
import { folderStore } from '../parts/folder-store.ts';

const folder = process.argv[2]!;
const days: DatasetLake = JSON.parse(readFileSync(join(folder, LAKE_CONTENTS), 'utf8'));
const lake = lakeFiles(folderStore(folder), hyparquetCodec);
let made: DatasetManifest | undefined;
const build = buildDataset({
  registry: {
    dayFileRevisions: async (kind, _set, exchange) =>
      days.filter((row) => row.kind === kind && row.exchange === exchange),
  },
  datasets: {
    async add(manifest) {
      made = manifest;
    },
    version: async () => made!,
    versionsOf: async () => [],
  },
  lake,
  bucket: { put: async () => true },
  featureSet: TRACKER_V2,
  policy: datasetPolicy(),
  clock: () => epochMs(`${DATASET_DATE}T23:00:00+05:30`),
  codeVersion: 'bench',
});

const startCpu = process.cpuUsage();
const startMs = performance.now();
await build({ date: DATASET_DATE, exchanges: EXCHANGES });
const builtMs = performance.now();
const matrices = [];
for (const exchange of EXCHANGES) {
  const names = featureNames(TRACKER_V2);
  matrices.push(
    await readCandidateRows(
      lake,
      made!,
      exchange,
      names,
      qualityPolicy().blocking,
      targetNamed(PRODUCTION_TARGET),
    ),
  );
}
const endMs = performance.now();
const { user, system } = process.cpuUsage(startCpu);
console.log(
  JSON.stringify({
    seconds: (endMs - startMs) / 1000,
    cpu_s: (user + system) / 1e6,
    build_s: (builtMs - startMs) / 1000,
    rows_s: (endMs - builtMs) / 1000,
    rows: matrices.reduce((sum, { targets }) => sum + targets.length, 0),
    present: Object.values(made!.stats).reduce((sum, { completeness }) => sum + presentIn(completeness), 0),
    peak_mb: process.resourceUsage().maxRSS / 1024,
  }),
);

function presentIn(completeness: Readonly<Record<string, number>>): number {
  const values = Object.values(completeness);
  return values.reduce((sum, value) => sum + value, 0) / values.length / EXCHANGES.length;
}
