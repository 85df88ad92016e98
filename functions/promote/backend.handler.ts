import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { exportedRegistry } from '../../shared/adapters/lake/registry-export.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { logger } from '../../shared/observability/logger.ts';
import { chooseBackend } from './choose-backend.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'LAKE_BUCKET']);
const models = exportedRegistry(
  dynamoModelRegistry(new DynamoDBClient(), env.MODELS_TABLE),
  s3ObjectStore(new S3Client(), env.LAKE_BUCKET),
  (error) => logger.warn('registry not exported', { error }),
);
const choose = chooseBackend({ models, clock: systemClock });

export const handler = httpRoute(async (event) => json(200, await choose(jsonBody(event, REPORT))));
