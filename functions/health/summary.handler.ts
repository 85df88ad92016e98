import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoHealthStore } from '../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoTallyStore } from '../../shared/adapters/dynamodb/tally-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { alertPolicy } from '../../shared/config/alerts.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { riskPolicy } from '../../shared/config/risk.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import { task } from '../../shared/observability/task.ts';
import { summariseHealth } from './summarise-health.ts';

const env = readEnv(process.env, [
  'BATCHES_TABLE',
  'MODELS_TABLE',
  'ONLINE_WINDOW_TABLE',
  'RECOMMENDATIONS_TABLE',
  'RISK_TABLE',
  'HEALTH_TABLE',
  'TO_ALERT_QUEUE',
]);
const dynamo = new DynamoDBClient();
const summarise = summariseHealth({
  registry: dynamoBatchRegistry(dynamo, env.BATCHES_TABLE),
  models: dynamoModelRegistry(dynamo, env.MODELS_TABLE),
  window: dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE),
  recommendations: dynamoRecommendationStore(dynamo, env.RECOMMENDATIONS_TABLE),
  tallies: dynamoTallyStore(dynamo, env.RECOMMENDATIONS_TABLE),
  risk: dynamoRiskStore(dynamo, env.RISK_TABLE),
  health: dynamoHealthStore(dynamo, env.HEALTH_TABLE),
  toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
  rules: exchangesRules(),
  featureSet: featureConfig().training.id,
  lakeSets: featureConfig().lake.map(({ id }) => id),
  target: PRODUCTION_TARGET,
  alertPolicy: alertPolicy(),
  riskPolicy: riskPolicy(),
  clock: systemClock,
});

export const handler = task(z.unknown(), summarise);
