import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoTallyStore } from '../../shared/adapters/dynamodb/tally-store.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../shared/config/execution.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { task } from '../../shared/observability/task.ts';
import { resolveOutcomes } from './resolve-outcomes.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'BATCHES_TABLE',
  'RISK_TABLE',
  'MODELS_TABLE',
  'LAKE_BUCKET',
]);
const dynamo = new DynamoDBClient();
const { backtest } = executionConfig();
const resolve = resolveOutcomes({
  store: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  lake: lakeFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET), hyparquetCodec),
  risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
  tallies: dynamoTallyStore(dynamo, env.RECOMMENDATIONS_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  target: PRODUCTION_TARGET,
  quality: qualityPolicy(),
  rules: exchangesRules(),
  contracts: optionPolicy().contracts,
  clock: systemClock,
  flatBand: backtest.cost_bps / 10_000,
});

export const handler = task(
  z.object({ exchange: exchangeSchema.optional(), date: z.iso.date().optional() }),
  resolve,
);
