import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { exportedRegistry } from '../../shared/adapters/lake/registry-export.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../shared/adapters/s3/trial-ledger.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { renderChart } from '../../shared/adapters/vega/render-chart.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../shared/config/execution.ts';
import { gatePolicy } from '../../shared/config/gate.ts';
import { promotionPolicy } from '../../shared/config/promotion.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import { judgeCandidate } from './judge-candidate.ts';

const env = readEnv(process.env, [
  'MODELS_TABLE',
  'DATASETS_TABLE',
  'BATCHES_TABLE',
  'RECOMMENDATIONS_TABLE',
  'LAKE_BUCKET',
  'AUDIT_BUCKET',
  'GATE_PROFILE',
]);
const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const bucket = s3ObjectStore(s3, env.LAKE_BUCKET);
const judge = judgeCandidate({
  models: exportedRegistry(dynamoModelRegistry(dynamo, env.MODELS_TABLE), bucket, (error) =>
    logger.warn('registry not exported', { error }),
  ),
  datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  recommendations: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
  bucket,
  lake: lakeFiles(bucket, hyparquetCodec),
  load: (files) => loadBundle(files, openSession),
  blocking: qualityPolicy().blocking,
  ledger: objectTrialLedger(s3ObjectStore(s3, env.AUDIT_BUCKET)),
  readFiles: bundleFiles(bucket),
  rules: exchangesRules(),
  gate: (exchange) => gatePolicy(env.GATE_PROFILE, exchange),
  execution: executionConfig().backtest,
  options: { name: executionConfig().default_policy, policy: optionPolicy() },
  limits: riskPolicy(),
  promotion: promotionPolicy(),
  draw: renderChart,
  clock: systemClock,
});

export const handler = task(
  z.object({
    exchange: exchangeSchema,
    version: z.string().min(1),
    target: z.string().min(1).default(PRODUCTION_TARGET),
  }),
  judge,
);
