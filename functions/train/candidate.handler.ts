import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { trainCandidate } from '../../models/candidate/train.ts';
import { modelFamilies } from '../../models/families/create.ts';
import { trainMagnitude } from '../../models/magnitude/train.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { runningClock } from '../../shared/adapters/running-clock.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
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
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { type FamilyName, MODEL_FAMILIES } from '../../shared/domain/training/families.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import type { ModelFamily } from '../../shared/ports/model-family.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import { type ReproductionReport, reproduceVersion } from './reproduce-version.ts';
import type { TrainReport } from './train-exchange.ts';
import type { MagnitudeReport } from './train-magnitude.ts';
import { trainTarget } from './train-target.ts';

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
const stores = {
  datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  lake: lakeFiles(bucket, hyparquetCodec),
  clock: systemClock,
  codeVersion: CODE_VERSION,
};
const parts = ({ exchange }: Pick<CandidateInput, 'exchange'>) => ({
  nowMs: runningClock,
  openSession,
  onProgress: (step: string, done: number) => logger.info('training', { exchange, step, done }),
});
/** From about this many rows on a second thread pays; what is learnt is the same. */
const ROWS_FOR_TWO_THREADS = 20_000;
const threaded = (input: CandidateInput): CandidateInput => {
  const threads = input.targets.length < ROWS_FOR_TWO_THREADS ? 1 : Math.min(2, availableParallelism());
  return { ...input, options: { ...input.options, threads } };
};
const train = trainTarget({
  ...stores,
  bucket,
  ledger: objectTrialLedger(s3ObjectStore(s3, env.AUDIT_BUCKET)),
  policy,
  blockingFlags: qualityPolicy().blocking,
  train: (input, family) =>
    trainCandidate(threaded(input), {
      ...parts(input),
      family: familyOf(family),
      rivals: rivalsOf(family),
    }),
  trainMagnitude: (input, family) =>
    trainMagnitude(input, { ...parts(input), family: familyOf(family), rivals: rivalsOf(family) }),
  draw: renderChart,
  topK: gatePolicy().rules.precision_at_top_k.k,
  options: { costReturn: executionConfig().backtest.cost_bps / 10_000 },
  seed: SEED,
});
const reproduce = reproduceVersion({
  ...stores,
  clock: runningClock,
  files: bundleFiles(bucket),
  train: (input, families) => trainCandidate(input, { ...parts(input), ...familiesOf(families) }),
  trainMagnitude: (input, families) => trainMagnitude(input, { ...parts(input), ...familiesOf(families) }),
});

/** The family that was asked for, and its rivals. @throws ZodError for a family there is not */
function familiesOf(names: readonly string[]): { family: ModelFamily; rivals: ModelFamily[] } {
  const [family, ...rivals] = z.array(z.enum(MODEL_FAMILIES)).min(1).parse(names).map(familyOf);
  return { family: family as ModelFamily, rivals };
}

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

const trainRequest = z.object({
  exchange: exchangeSchema,
  dataset_version: z.string().min(1),
  target: z.string().default(PRODUCTION_TARGET),
  family: z.enum(MODEL_FAMILIES).optional(),
  configurations: z.number().int().min(1).max(1000).optional(),
  budget_seconds: z.number().positive().optional(),
  per_regime: z.boolean().optional(),
  allow_legacy: z.boolean().optional(),
});

/** A version to be trained again and compared; nothing is written. */
const reproduceRequest = z.object({
  exchange: exchangeSchema,
  target: z.string().default(PRODUCTION_TARGET),
  reproduce: z.string().min(1),
  threads: z.number().int().min(1).max(2).optional(),
});

const training = task(trainRequest, train);
const reproduction = task(reproduceRequest, reproduce);

export const handler = async (
  request: object,
  context: Context,
): Promise<TrainReport | MagnitudeReport | ReproductionReport> =>
  'reproduce' in request ? reproduction(request, context) : training(request, context);
