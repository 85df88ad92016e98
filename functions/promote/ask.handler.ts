import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoApprovals } from '../../shared/adapters/dynamodb/approvals.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { sfnTaskTokens } from '../../shared/adapters/stepfunctions/task-tokens.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { task } from '../../shared/observability/task.ts';
import { askApproval } from './ask-approval.ts';
import { promotionRequestSchema } from './promotion-request.ts';
import type { SwitchPlan } from './verify-promotion.ts';

const env = readEnv(process.env, ['MODELS_TABLE', 'TO_ALERT_QUEUE']);
const ask = askApproval({
  approvals: dynamoApprovals(new DynamoDBClient(), env.MODELS_TABLE),
  tokens: sfnTaskTokens(new SFNClient()),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  clock: systemClock,
});

/** The plan comes from the verify state of the same execution; its rows were parsed there. */
const planSchema = z.custom<SwitchPlan>(
  (value) => z.object({ kind: z.literal('switch') }).safeParse(value).success,
  'expected a switch',
);

export const handler = task(
  z.object({ request: promotionRequestSchema, plan: planSchema, token: z.string().min(1) }),
  ask,
);
