import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { exportedRegistry } from '../../shared/adapters/lake/registry-export.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import { recordRefusal } from './record-refusal.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'LAKE_BUCKET']);
const models = exportedRegistry(
  dynamoModelRegistry(new DynamoDBClient(), env.MODELS_TABLE),
  s3ObjectStore(new S3Client(), env.LAKE_BUCKET),
  (error) => logger.warn('registry not exported', { error }),
);
const record = recordRefusal({ models, clock: systemClock });

export const handler = task(
  z.object({ request: promotionRequestSchema, error: z.string(), cause: z.string().default('') }),
  record,
);
