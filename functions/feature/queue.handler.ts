import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { dynamoOnlineWindow } from '../../shared/adapters/dynamodb/online-window.ts';
import { liveInputs } from '../../shared/adapters/online/live-inputs.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { readEnv } from '../../shared/config/env.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { featureConfig } from '../../shared/config/features.ts';
import { qualityPolicy } from '../../shared/config/quality.ts';
import { onlineArrivalSchema } from '../../shared/domain/features/online-arrival.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { updateFeatures } from './update-features.ts';

const env = readEnv(process.env, ['ONLINE_WINDOW_TABLE', 'TO_SCORE_QUEUE']);
const dynamo = new DynamoDBClient();
const window = dynamoOnlineWindow(dynamo, env.ONLINE_WINDOW_TABLE);
const update = updateFeatures({
  window,
  inputs: liveInputs({ window, summaries: dynamoDaySummaries(dynamo, env.ONLINE_WINDOW_TABLE) }),
  toScore: sqsMessageQueue(new SQSClient(), env.TO_SCORE_QUEUE),
  liveSets: featureConfig().live,
  rules: exchangesRules(),
  quality: qualityPolicy(),
});

export const handler = queueConsumer(async (messages) => {
  const { rows, failed } = await update(messages.map((message) => message.body));
  for (const { snapshotId, error } of failed)
    logger.error('no features', { snapshotId, error: error as Error });
  count({ rows });
  const lost = new Set(failed.map(({ snapshotId }) => snapshotId));
  return messages.filter(({ body }) => lost.has(body.snapshot.snapshot_id)).map(({ id }) => id);
}, onlineArrivalSchema);
