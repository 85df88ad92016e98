import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { CODE_VERSION } from '../../shared/config/code-version.ts';
import { datasetPolicy } from '../../shared/config/datasets.ts';
import { readEnv } from '../../shared/config/env.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { task } from '../../shared/observability/task.ts';
import { buildDataset } from './build-dataset.ts';

const env = readEnv(process.env, ['BATCHES_TABLE', 'DATASETS_TABLE', 'LAKE_BUCKET']);
const dynamo = new DynamoDBClient();
const bucket = s3ObjectStore(new S3Client(), env.LAKE_BUCKET);
const build = buildDataset({
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  datasets: dynamoDatasetRegistry(dynamo, env.DATASETS_TABLE),
  lake: lakeFiles(bucket, hyparquetCodec),
  bucket,
  featureSet: featureConfig().training,
  clock: systemClock,
  policy: datasetPolicy(),
  codeVersion: CODE_VERSION,
});

export const handler = task(
  z.object({
    date: z.iso.date(),
    exchanges: z.array(exchangeSchema).min(1),
    feature_set: z.string().min(1).optional(),
    knowledge_cutoff: z.iso.datetime({ offset: true }).optional(),
  }),
  build,
);
