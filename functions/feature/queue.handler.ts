import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { sqsReturnMessage } from '../../shared/adapters/sqs/return-message.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { onlineArrivalSchema } from '../../shared/domain/features/online-arrival.ts';
import { count } from '../../shared/observability/metrics.ts';
import { orderedQueueConsumer } from '../../shared/observability/ordered-queue.ts';
import { updateFeatures } from './update-features.ts';

const env = readEnv(process.env, ['ONLINE_WINDOW_TABLE', 'TO_SCORE_QUEUE', 'TO_FEATURE_QUEUE']);
const dynamo = new DynamoDBClient();
const sqs = new SQSClient();
const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
const update = updateFeatures({
  window,
  inputs: liveInputs({ window, summaries: dynamoDaySummaries(dynamo, env.ONLINE_WINDOW_TABLE) }),
  toScore: sqsMessageQueue(sqs, env.TO_SCORE_QUEUE),
  liveSets: featureConfig().live,
  rules: exchangesRules(),
  quality: qualityPolicy(),
});

/** Each minute is worked on behind those that were received before it: it looks back on them. */
export const handler = orderedQueueConsumer({
  schema: onlineArrivalSchema,
  giveBack: sqsReturnMessage(sqs, env.TO_FEATURE_QUEUE),
  async consume(arrival) {
    const { rows, failed } = await update([arrival]);
    count({ rows });
    for (const { error } of failed) throw error;
  },
});
