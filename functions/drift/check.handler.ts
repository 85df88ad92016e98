import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoHealthStore } from '../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { driftPolicy } from '../../shared/config/drift.ts';
import { readEnv } from '../../shared/config/env.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { exchangeSchema } from '../../shared/domain/market/snapshot.ts';
import { task } from '../../shared/observability/task.ts';
import { checkDrift } from './check-drift.ts';

const env = readEnv(process.env, [
  'MODELS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'LAKE_BUCKET',
  'HEALTH_TABLE',
  'TO_ALERT_QUEUE',
  'RISK_TABLE',
]);
const dynamo = new DynamoDBClient();
const check = checkDrift({
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  bucket: s3ObjectStore(new S3Client(), env.LAKE_BUCKET),
  health: dynamoHealthStore(dynamo, env.HEALTH_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
  blocksFrom: riskPolicy().breakers.drift_blocks_from,
  policy: driftPolicy(),
  target: PRODUCTION_TARGET,
  clock: systemClock,
});

const moment = z.iso.datetime({ offset: true }).optional();
const requestSchema = z.object({
  exchange: exchangeSchema.optional(),
  date: z.iso.date().optional(),
  from: moment,
  to: moment,
});

export const handler = task(requestSchema, check);
