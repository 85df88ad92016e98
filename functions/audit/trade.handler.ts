import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { jsonBody } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { logger } from '../../shared/observability/logger.ts';
import { reportTrade } from './report-trade.ts';

const env = readEnv(process.env, ['RECOMMENDATIONS_TABLE', 'TO_AUDIT_QUEUE']);
const report = reportTrade({
  store: dynamoRecommendationStore(new DynamoDBClient(), env.RECOMMENDATIONS_TABLE),
  toAudit: sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE),
  clock: systemClock,
});

export const handler = httpRoute(async (event) => {
  const answer = await report(jsonBody(event));
  if (answer.orphan) logger.warn('closing of a trade that was never opened', { ...answer });
  return json(202, answer);
});
