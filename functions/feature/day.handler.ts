import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../shared/adapters/parquet/table-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { dayRequestSchema } from '../../shared/config/day-request.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { task } from '../../shared/observability/task.ts';
import { buildFeatureDay } from './feature-day.ts';

const env = readEnv(process.env, [
  'BATCHES_TABLE',
  'LAKE_BUCKET',
  'PARQUET_WRITER',
  'ONLINE_WINDOW_TABLE',
  'TO_ALERT_QUEUE',
]);
const dynamo = new DynamoDBClient();
const build = buildFeatureDay({
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  lake: lakeFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET), tableCodec(env.PARQUET_WRITER)),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  summaries: dynamoDaySummaries(dynamo, env.ONLINE_WINDOW_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  lakeSets: featureConfig().lake,
  rules: exchangesRules(),
  quality: qualityPolicy(),
  clock: systemClock,
});

export const handler = task(dayRequestSchema, ({ exchange, date }) => build(exchange, date));
