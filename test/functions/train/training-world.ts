import { trainExchange } from '../../../functions/train/train-exchange.ts';
import { trainTarget } from '../../../functions/train/train-target.ts';
import { trainCandidate } from '../../../models/candidate/train.ts';
import { modelFamilies } from '../../../models/families/create.ts';
import { trainMagnitude } from '../../../models/magnitude/train.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../../shared/adapters/s3/trial-ledger.ts';
import { renderChart } from '../../../shared/adapters/vega/render-chart.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import { featureTable } from '../../../shared/domain/features/feature-table.ts';
import type { LabelRow } from '../../../shared/domain/labels/label-row.ts';
import { labelTable } from '../../../shared/domain/labels/label-table.ts';
import type { CandidateInput } from '../../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { EmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aManifest } from '../../factories/manifest.ts';
import { libraryFolder, WORKER_FILE } from '../../factories/native-libraries.ts';
import {
  featureRows,
  labelRows,
  TINY_POLICY,
  TINY_TRAINING,
  TRACKER_NAMES,
} from '../../factories/tracker-market.ts';

export const VERSION = '2025-12-04';
const searchPath = `${libraryFolder()}:${libraryFolder('xgboost')}`;
export const familyOf = modelFamilies({ searchPath, workerFile: WORKER_FILE });

export type TrainingWorld = Awaited<ReturnType<typeof trainingWorld>>;

/** The train stage over stores of its own. */
export async function trainingWorld(cloud: EmbeddedCloud) {
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledgerBucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const ledger = objectTrialLedger(ledgerBucket);
  const datasets = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const lake = lakeFiles(bucket, hyparquetCodec);
  const time = { nowMs: Date.UTC(2025, 11, 4, 11) };
  const train = (
    store: ObjectStore = bucket,
    inputs: CandidateInput[] = [],
    families = familyOf,
    policy = TINY_POLICY,
  ) =>
    trainExchange({
      ...{ datasets, models, lake, ledger, bucket: store, draw: renderChart },
      topK: 5,
      policy,
      blockingFlags: qualityPolicy().blocking,
      train: (input, name) => {
        inputs.push(input);
        return trainCandidate(input, { family: families(name), openSession });
      },
      options: TINY_TRAINING,
      seed: 1,
      clock: () => time.nowMs,
      codeVersion: 'test',
    });
  const stage = {
    ...{ datasets, models, lake, ledger, bucket, draw: renderChart, topK: 5, policy: TINY_POLICY },
    ...{ blockingFlags: qualityPolicy().blocking, options: TINY_TRAINING, seed: 1, codeVersion: 'test' },
    clock: () => time.nowMs,
  };
  const trainTargets = trainTarget({
    ...stage,
    train: (input, name) => trainCandidate(input, { family: familyOf(name), openSession }),
    trainMagnitude: (input, name) => trainMagnitude(input, { family: familyOf(name), openSession }),
  });
  return { trainTargets, bucket, ledger, ledgerBucket, datasets, models, lake, time, train };
}

interface StoredMarket {
  readonly labels?: readonly LabelRow[];
  /** Quality flags of each row; none when left out. */
  readonly flagsOf?: (row: number) => string[];
  /** What the manifest says of the labels. */
  readonly labelSet?: string;
}

/** Writes a market into the lake, one feature and one label file a session, and registers the dataset version. */
export async function storeMarket(
  world: TrainingWorld,
  market: CandidateInput,
  { labels = labelRows(market), flagsOf = () => [], labelSet }: StoredMarket = {},
): Promise<DatasetManifest> {
  const rows = featureRows(market).map((row, at) => ({ ...row, quality_flags: flagsOf(at) }));
  const files: DatasetManifest['files'][number][] = [];
  for (const date of [...new Set(market.sessions)].reverse()) {
    const ofDay = (_: unknown, at: number) => market.sessions[at] === date;
    const tables = {
      features: featureTable(rows.filter(ofDay), TRACKER_NAMES),
      labels: labelTable(labels.filter(ofDay)),
    };
    for (const kind of ['features', 'labels'] as const) {
      const stored = await world.lake.write(
        tables[kind],
        (hash) => `${kind}/exchange=NSE/date=${date}/${hash}.parquet`,
      );
      files.push({ ...stored, kind, exchange: 'NSE', date, rows: tables[kind].rows, source_sha256: null });
    }
  }
  const manifest = aManifest({ version: VERSION, files, ...(labelSet && { label_set: labelSet }) });
  await world.datasets.add(manifest);
  return manifest;
}
