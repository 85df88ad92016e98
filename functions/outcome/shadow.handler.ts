import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoShadowStore } from '../../shared/adapters/dynamodb/shadow-store.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { executionConfig } from '../../shared/config/execution.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { task } from '../../shared/observability/task.ts';
import { resolveShadows } from './resolve-shadows.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'BATCHES_TABLE',
  'SHADOWS_TABLE',
  'LAKE_BUCKET',
]);
const dynamo = new DynamoDBClient();

export const handler = task(
  z.object({}),
  resolveShadows({
    shadows: dynamoShadowStore(dynamo, env.SHADOWS_TABLE),
    recommendations: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
    window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
    registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
    lake: lakeFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET), hyparquetCodec),
    rules: exchangesRules(),
    quality: qualityPolicy(),
    target: PRODUCTION_TARGET,
    clock: systemClock,
    flatBand: executionConfig().backtest.cost_bps / 10_000,
  }),
);
