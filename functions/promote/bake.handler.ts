import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoAlertStore } from '../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { sfnMachine } from '../../shared/adapters/stepfunctions/machine.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { promotionPolicy } from '../../shared/config/promotion.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { task } from '../../shared/observability/task.ts';
import { watchBaking } from './watch-baking.ts';

/** As its schedule in infra/stacks/pipeline.ts says. */
const LOOK_EVERY_MS = 5 * 60_000;

const env = readEnv(process.env, [
  'MODELS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'RECOMMENDATIONS_TABLE',
  'ALERTS_TABLE',
  'TO_ALERT_QUEUE',
  'PROMOTION_MACHINE',
]);
const dynamo = new DynamoDBClient();
const watch = watchBaking({
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  recommendations: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  alerts: dynamoAlertStore(dynamo, env.ALERTS_TABLE),
  promotion: sfnMachine(new SFNClient(), env.PROMOTION_MACHINE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  rules: exchangesRules(),
  policy: promotionPolicy().baking,
  target: PRODUCTION_TARGET,
  lookEveryMs: LOOK_EVERY_MS,
  clock: systemClock,
});

export const handler = task(z.unknown(), watch);
