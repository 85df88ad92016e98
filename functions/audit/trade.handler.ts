import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { optionPolicy } from '../../shared/config/execution.ts';
import { jsonBody, REPORT } from '../../shared/observability/body.ts';
import { httpRoute, json } from '../../shared/observability/http.ts';
import { logger } from '../../shared/observability/logger.ts';
import { bookTrade } from './book-trade.ts';
import { reportTrade } from './report-trade.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'RISK_TABLE',
  'ONLINE_WINDOW_TABLE',
  'TO_AUDIT_QUEUE',
]);
const dynamo = new DynamoDBClient();
const store = dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE);
const report = reportTrade({
  store,
  toAudit: sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE),
  book: bookTrade({
    store,
    risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
    window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
    contracts: optionPolicy().contracts,
    rules: exchangesRules(),
    clock: systemClock,
  }),
  clock: systemClock,
});

export const handler = httpRoute(async (event) => {
  const answer = await report(jsonBody(event, REPORT));
  if (answer.orphan) logger.warn('closing of a trade that was never opened', { ...answer });
  return json(202, answer);
});
