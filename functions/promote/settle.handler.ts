import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { dynamoApprovals } from '../../shared/adapters/dynamodb/approvals.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { approvalAnswerSchema } from '../../shared/domain/promotion/approval.ts';
import { task } from '../../shared/observability/task.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import { settleApprovals } from './settle-approval.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'TO_ALERT_QUEUE']);
const dynamo = new DynamoDBClient();
const settle = settleApprovals({
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  approvals: dynamoApprovals(dynamo, env.MODELS_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  clock: systemClock,
});

export const handler = task(
  z.object({ request: promotionRequestSchema, answer: approvalAnswerSchema }),
  settle,
);
