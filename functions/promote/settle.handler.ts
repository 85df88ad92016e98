import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoApprovals } from '../../shared/adapters/dynamodb/approvals.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { exportedRegistry } from '../../shared/adapters/lake/registry-export.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { approvalAnswerSchema } from '../../shared/domain/promotion/approval.ts';
import { logger } from '../../shared/observability/logger.ts';
import { task } from '../../shared/observability/task.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import { settleApprovals } from './settle-approval.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'LAKE_BUCKET', 'TO_ALERT_QUEUE']);
const dynamo = new DynamoDBClient();
const settle = settleApprovals({
  models: exportedRegistry(
    dynamoModelRegistry(dynamo, env.MODELS_TABLE),
    s3ObjectStore(new S3Client(), env.LAKE_BUCKET),
    (error) => logger.warn('registry not exported', { error }),
  ),
  approvals: dynamoApprovals(dynamo, env.MODELS_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  clock: systemClock,
});

export const handler = task(
  z.object({ request: promotionRequestSchema, answer: approvalAnswerSchema }),
  settle,
);
