import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../shared/adapters/s3/object-store.ts';
import type { StoredFeedback } from '../shared/domain/audit/feedback.ts';
import type { StoredTrade } from '../shared/domain/audit/trade.ts';
import type { DatasetFile } from '../shared/domain/datasets/manifest.ts';
import { snapshotsOf } from '../shared/domain/lake/chain-rows.ts';
import { pendingBatches } from '../shared/domain/lake/compaction.ts';
import type { BatchRow, DayFileRow } from '../shared/domain/lake/registry-rows.ts';
import { epochMs, MINUTE_MS, sessionDate } from '../shared/domain/market/indian-time.ts';
import type { FollowedOutcome } from '../shared/domain/outcomes/outcome.ts';
import type { TradeMark } from '../shared/domain/outcomes/trade-mark.ts';
import type { ModelVersion } from '../shared/domain/promotion/registry.ts';
import type { Recommendation } from '../shared/domain/scoring/recommendation.ts';
import type { Connection } from './connection.ts';
import { afterwards } from './outcomes/afterwards.ts';
import type { Output } from './output.ts';

/** GET /v1/recommendations/{id}. */
export interface Trail {
  readonly recommendation: Recommendation;
  readonly log_index: number | null;
  readonly trades: readonly StoredTrade[];
  readonly marks: readonly TradeMark[];
  readonly outcomes: readonly FollowedOutcome[];
  readonly feedback: readonly StoredFeedback[];
}

/** Where a recommendation came from. */
export interface Lineage {
  readonly model: ModelVersion | null;
  /** The files its model learnt from. */
  readonly dataset_files: readonly DatasetFile[];
  /** The files that hold the snapshots it was answered on. */
  readonly snapshot_files: readonly (BatchRow | DayFileRow)[];
  /** The snapshots its features look back on, the newest last. */
  readonly snapshots: readonly SnapshotRef[];
}

interface SnapshotRef {
  readonly snapshot_id: string;
  readonly timestamp: string;
  readonly received_at: string;
}

/** Minutes that a feature row looks back on. */
const WINDOW_MS = 41 * MINUTE_MS;

/** Shows a recommendation with what followed it and what it came from, down to the Parquet files. */
export async function showTrail(
  connection: Connection,
  trail: Trail,
  output: Output,
): Promise<{ lineage: Lineage }> {
  const lineage = await lineageOf(connection, trail.recommendation);
  showAnswer(trail, output);
  showModel(lineage, connection, output);
  return { lineage };
}

async function lineageOf(connection: Connection, one: Recommendation): Promise<Lineage> {
  Object.assign(process.env, connection.environment);
  const dynamo = new DynamoDBClient({ region: connection.region });
  const batches = dynamoBatchRegistry(dynamo, connection.tables['batches']!);
  const date = sessionDate(epochMs(one.timestamp));
  const chain = await batches.dayFile('chain', 'chain', one.exchange, date);
  const pending = pendingBatches(chain, await batches.batches(one.exchange, date)).filter((batch) =>
    isBehind(batch, epochMs(one.timestamp)),
  );
  const snapshot_files = [...(chain === undefined ? [] : [chain]), ...pending];
  const snapshots = await snapshotsBehind(connection, snapshot_files, one);
  if (one.model_version === null || one.dataset_version === null) {
    return { model: null, dataset_files: [], snapshot_files, snapshots };
  }
  const model = await dynamoModelRegistry(dynamo, connection.tables['models']!).version(
    one.exchange,
    one.target,
    one.model_version,
  );
  const dataset = await dynamoDatasetRegistry(dynamo, connection.tables['datasets']!).version(
    one.dataset_version,
  );
  const dataset_files = dataset.files.filter((file) => file.exchange === one.exchange);
  return { model, dataset_files, snapshot_files, snapshots };
}

async function snapshotsBehind(
  { region, lakeBucket }: Connection,
  files: Lineage['snapshot_files'],
  { timestamp: answered, received_at: known }: Recommendation,
): Promise<SnapshotRef[]> {
  const answeredMs = epochMs(answered);
  const lake = lakeFiles(s3ObjectStore(new S3Client({ region }), lakeBucket), hyparquetCodec);
  const found: SnapshotRef[] = [];
  for (const file of files) {
    for (const { snapshot_id, timestamp, received_at, recorded_at } of snapshotsOf(await lake.read(file))) {
      const ageMs = answeredMs - epochMs(timestamp);
      const wasKnown = epochMs(recorded_at) <= epochMs(known);
      if (wasKnown && ageMs >= 0 && ageMs < WINDOW_MS) found.push({ snapshot_id, timestamp, received_at });
    }
  }
  return found.sort((a, b) => epochMs(a.timestamp) - epochMs(b.timestamp));
}

function isBehind({ first_timestamp, last_timestamp }: BatchRow, answeredMs: number): boolean {
  return epochMs(first_timestamp) <= answeredMs && epochMs(last_timestamp) > answeredMs - WINDOW_MS;
}

function showAnswer(trail: Trail, output: Output): void {
  const { recommendation: one, log_index, trades } = trail;
  output.line(`${one.id}  ${one.exchange}  ${one.timestamp}`);
  output.line(`  ${one.action} with confidence ${one.confidence.toFixed(3)}; ${one.rationale}`);
  output.line(`  execute ${one.execute ? 'yes' : 'no'}  flags ${one.risk_flags.join(', ') || 'none'}`);
  output.line(
    `  audit log: ${log_index === null ? 'not sealed yet' : `entry ${log_index}`}  leaf ${one.leaf_hash}`,
  );
  for (const { feature, value, zscore, shap } of one.drivers) {
    output.line(`  driver ${feature} = ${value}  z ${zscore?.toFixed(2) ?? '-'}  shap ${shap.toFixed(4)}`);
  }
  for (const trade of trades) {
    output.line(
      `  trade ${trade.trade_id} ${trade.status} ${trade.symbol ?? ''} at ${trade.price ?? '-'} ${trade.timestamp}`,
    );
  }
  for (const line of afterwards(trail)) output.line(`  ${line}`);
}

function showModel(
  { model, dataset_files, snapshot_files, snapshots }: Lineage,
  connection: Connection,
  output: Output,
): void {
  if (model === null) output.line('  model: none was live');
  else {
    output.line(
      `  model ${model.version}  bundle ${model.bundle_hash.slice(0, 16)}  s3://${connection.lakeBucket}/${model.bundle_prefix}`,
    );
    output.line(
      `  dataset ${model.dataset_version}  ${model.dataset_hash.slice(0, 16)}  ${dataset_files.length} files:`,
    );
    for (const file of dataset_files) output.line(`    ${file.sha256.slice(0, 16)}  ${file.path}`);
  }
  output.line('  answered on snapshots in:');
  for (const file of snapshot_files) output.line(`    ${file.sha256.slice(0, 16)}  ${file.path}`);
  output.line(`  ${snapshots.length} snapshots in its window, the newest:`);
  for (const { snapshot_id, timestamp, received_at } of snapshots.slice(-3)) {
    output.line(`    ${snapshot_id}  at ${timestamp}, received ${received_at}`);
  }
}
