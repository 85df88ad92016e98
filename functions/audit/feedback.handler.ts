import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { callerName } from '../../shared/domain/audit/feedback.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { callerOf } from '../../shared/observability/caller.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { giveFeedback } from './give-feedback.ts';

const env = readEnv(process.env, ['RECOMMENDATIONS_TABLE', 'TO_AUDIT_QUEUE']);
const give = giveFeedback({
  store: dynamoRecommendationStore(new DynamoDBClient(), env.RECOMMENDATIONS_TABLE),
  toAudit: sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE),
  clock: systemClock,
});

export const handler = httpRoute(async (event) =>
  json(202, await give(jsonBody(event, REPORT), callerName(callerOf(event)))),
);
