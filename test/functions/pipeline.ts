import { writeBatches } from '../../functions/batch/write-batches.ts';
import { compactChainDay } from '../../functions/compact/compact-day.ts';
import { buildDataset } from '../../functions/dataset/build-dataset.ts';
import { buildFeatureDay } from '../../functions/feature/feature-day.ts';
import { buildLabelDay } from '../../functions/label/label-day.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { datasetPolicy } from '../../shared/config/datasets.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { snapshotsOf } from '../../shared/domain/lake/chain-rows.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import type { EmbeddedCloud } from '../contract/embedded-cloud.ts';

/** Ports of the lake's stages on the embedded cloud, on tables and a bucket of their own. */
export async function openPorts(cloud: EmbeddedCloud, sets: readonly FeatureSet[] = [TRACKER_V2]) {
  const windowTable = await cloud.table();
  const window = dynamoOnlineWindow(cloud.dynamodb, windowTable);
  const summaries = dynamoDaySummaries(cloud.dynamodb, windowTable);
  const observations: unknown[] = [];
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  return {
    bucket,
    registry: dynamoBatchRegistry(cloud.dynamodb, await cloud.table()),
    datasets: dynamoDatasetRegistry(cloud.dynamodb, await cloud.table()),
    window,
    summaries,
    inputs: liveInputs({ window, summaries }),
    /** What the alert stage was told. */
    observations,
    toAlert: { sendAll: async (messages: readonly unknown[]) => void observations.push(...messages) },
    liveSets: sets,
    lakeSets: sets,
    lake: lakeFiles(bucket, hyparquetCodec),
    featureSet: TRACKER_V2,
    rules: exchangesRules(),
    quality: qualityPolicy(),
    clock: () => cloud.clock.nowMs(),
    policy: datasetPolicy(),
    codeVersion: 'test',
  };
}
export type Ports = Awaited<ReturnType<typeof openPorts>>;
type LakePorts = Pick<Ports, 'registry' | 'lake'>;

/** The stages from the queue to a dataset version, as their handlers make them. */
export function stagesOf(ports: Ports) {
  return {
    write: writeBatches(ports),
    compact: compactChainDay(ports),
    feature: buildFeatureDay(ports),
    label: buildLabelDay(ports),
    dataset: buildDataset(ports),
  };
}

/** Every snapshot in the registered micro-batches of a day, in the order they were written. */
export async function rawSnapshots({ registry, lake }: LakePorts, exchange: Exchange, date: string) {
  const batches = await registry.batches(exchange, date);
  const tables = await Promise.all(batches.map((batch) => lake.read(batch)));
  return tables.flatMap(snapshotsOf);
}

/** Every snapshot of the compacted day. */
export async function chainSnapshots({ registry, lake }: LakePorts, exchange: Exchange, date: string) {
  const row = await registry.dayFile('chain', 'chain', exchange, date);
  return row === undefined ? [] : snapshotsOf(await lake.read(row));
}
