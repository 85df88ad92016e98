import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoBrokerStore } from '../../shared/adapters/dynamodb/broker-store.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { brokerExchangesOf, executionConfig, optionPolicy } from '../../shared/config/execution.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { count } from '../../shared/observability/metrics.ts';
import { task } from '../../shared/observability/task.ts';
import { bookTrade } from './book-trade.ts';
import { reportTrade } from './report-trade.ts';
import { runBroker } from './run-broker.ts';

const env = readEnv(process.env, [
  'BROKER_TABLE',
  'ONLINE_WINDOW_TABLE',
  'RECOMMENDATIONS_TABLE',
  'RISK_TABLE',
  'TO_AUDIT_QUEUE',
  'PAPER_BROKER',
]);
const dynamo = new DynamoDBClient();
const store = dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE);
const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
const rules = exchangesRules();
const execution = optionPolicy();
const risk = dynamoRiskStore(dynamo, env.RISK_TABLE);
const run = runBroker({
  broker: dynamoBrokerStore(dynamo, env.BROKER_TABLE),
  window,
  store,
  report: reportTrade({
    store,
    toAudit: sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE),
    book: bookTrade({ store, risk, window, contracts: execution.contracts, rules, clock: systemClock }),
    clock: systemClock,
  }),
  exchanges: brokerExchangesOf(env.PAPER_BROKER),
  rules,
  execution,
  limits: riskPolicy(),
  policy: executionConfig().paper_broker,
  clock: systemClock,
});

/** Every minute: the paper broker's books follow the recorded chains. */
export const handler = task(z.unknown(), async () => {
  const done = await run();
  count({ broker_executed: done.executed, broker_rejected: done.rejected, broker_closed: done.closed });
  return done;
});
