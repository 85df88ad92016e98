import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { trainCandidate } from '../../models/candidate/train.ts';
import { modelFamilies } from '../../models/families/create.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { objectTrialLedger } from '../../shared/adapters/s3/trial-ledger.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { renderChart } from '../../shared/adapters/vega/render-chart.ts';
import { CODE_VERSION } from '../../shared/config/code-version.ts';
import { readEnv } from '../../shared/config/env.ts';
import { executionConfig } from '../../shared/config/execution.ts';
import { gatePolicy } from '../../shared/config/gate.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { trainingPolicy } from '../../shared/config/training.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { type FamilyName, MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import { trainExchange } from './train-exchange.ts';

const SEED = 20251204;

const env = readEnv(process.env, [
  'DATASETS_TABLE',
  'MODELS_TABLE',
  'LAKE_BUCKET',
  'AUDIT_BUCKET',
  'LD_LIBRARY_PATH',
]);
const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const bucket = s3ObjectStore(s3, env.LAKE_BUCKET);
const policy = trainingPolicy();
const familyOf = modelFamilies({
  searchPath: env.LD_LIBRARY_PATH,
  workerFile: join(import.meta.dirname, 'worker.js'),
});
const train = trainExchange({
  datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  lake: lakeFiles(bucket, hyparquetCodec),
  bucket,
  ledger: objectTrialLedger(s3ObjectStore(s3, env.AUDIT_BUCKET)),
  policy,
  blockingFlags: qualityPolicy().blocking,
  train: (input, family) =>
    trainCandidate(input, {
      family: familyOf(family),
      rivals: rivalsOf(family),
      nowMs: systemClock,
      openSession,
      onProgress: (step, done) => logger.info('training', { exchange: input.exchange, step, done }),
    }),
  draw: renderChart,
  topK: gatePolicy().rules.precision_at_top_k.k,
  options: { costReturn: executionConfig().backtest.cost_bps / 10_000 },
  seed: SEED,
  clock: systemClock,
  codeVersion: CODE_VERSION,
});

/** The families that may be found better; one whose library is missing is left out, and said so. */
function rivalsOf(family: FamilyName): ModelFamily[] {
  const rivals = policy.search.rivals.filter((rival) => rival !== family).map(familyOf);
  return rivals.filter((rival) => {
    const availability = rival.availability();
    if (!availability.available)
      logger.warn('model family left out', { ...availability, family: rival.name });
    return availability.available;
  });
}

export const handler = task(
  z.object({
    exchange: exchangeSchema,
    dataset_version: z.string().min(1),
    target: z.string().default('tb15'),
    family: z.enum(MODEL_FAMILIES).optional(),
    allow_legacy: z.boolean().optional(),
  }),
  train,
);
