import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { importCandidate } from '../../models/imported/candidate.ts';
import { importOnnx } from '../../models/imported/import-onnx.ts';
import { importRegimeTrees } from '../../models/imported/import-regime-trees.ts';
import { lightGbmTexts } from '../../models/lightgbm/text-oracle.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { openGraph, openSession } from '../../shared/adapters/onnx/open-session.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
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
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import { importModel } from './import-model.ts';

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
const places = { searchPath: env.LD_LIBRARY_PATH, workerFile: join(import.meta.dirname, 'worker.js') };

export const handler = task(
  z.object({
    exchange: exchangeSchema,
    prefix: z.string().min(1),
    by: z.string().min(1),
    dataset_version: z.string().min(1).optional(),
  }),
  importModel({
    datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
    models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
    lake: lakeFiles(bucket, hyparquetCodec),
    bucket,
    readFiles: bundleFiles(bucket),
    ledger: objectTrialLedger(s3ObjectStore(s3, env.AUDIT_BUCKET)),
    draw: renderChart,
    topK: gatePolicy().rules.precision_at_top_k.k,
    blockingFlags: qualityPolicy().blocking,
    async importCandidate(request) {
      const { exchange } = request.input;
      // Only models of trees ask the library; the others are imported without it.
      using texts = request.manifest.kind === 'regime-trees' ? lightGbmTexts(places) : null;
      return await importCandidate(request, {
        openSession,
        read: (manifest, source) =>
          manifest.kind === 'onnx'
            ? importOnnx(manifest, source, { openSession, openGraph })
            : importRegimeTrees(manifest, source, { openSession, lightGbm: texts!.oracle }),
        onProgress: (step, done) => logger.info('importing', { exchange, step, done }),
      });
    },
    options: { costReturn: executionConfig().backtest.cost_bps / 10_000 },
    seed: SEED,
    clock: systemClock,
    codeVersion: CODE_VERSION,
  }),
);
