import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { loadBundle } from '../../models/candidate/load.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { openSession } from '../../shared/adapters/onnx/open-session.ts';
import { bundleFiles } from '../../shared/adapters/s3/bundle-files.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { task } from '../../shared/observability/task.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import { smokeTest } from './smoke-test.ts';
import { verifyPromotion } from './verify-promotion.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'LAKE_BUCKET']);
const bucket = s3ObjectStore(new S3Client(), env.LAKE_BUCKET);
const verify = verifyPromotion({
  models: dynamoModelRegistry(new DynamoDBClient(), env.MODELS_TABLE),
  bucket,
  smokeTest: smokeTest(bundleFiles(bucket), (files) => loadBundle(files, openSession)),
  clock: systemClock,
});

export const handler = task(promotionRequestSchema, verify);
