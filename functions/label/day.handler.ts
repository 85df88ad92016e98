import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../shared/adapters/parquet/table-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { dayRequestSchema } from '../../shared/config/day-request.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import { buildLabelDay } from './label-day.ts';

const env = readEnv(process.env, ['BATCHES_TABLE', 'LAKE_BUCKET', 'PARQUET_WRITER']);
const build = buildLabelDay({
  registry: dynamoBatchRegistry(new DynamoDBClient(), env.BATCHES_TABLE),
  lake: lakeFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET), tableCodec(env.PARQUET_WRITER)),
  featureSet: featureConfig().training,
  rules: exchangesRules(),
  quality: qualityPolicy(),
  clock: systemClock,
});

export const handler = task(dayRequestSchema, async ({ exchange, date }) => {
  const report = await build(exchange, date);
  const { pnl_missing: reason } = report;
  if (reason !== null) logger.warn('profit and loss not labelled', { exchange, date, reason });
  return report;
});
