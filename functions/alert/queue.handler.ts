import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { dynamoAlertStore } from '../../shared/adapters/dynamodb/alert-store.ts';
import { snsTopic } from '../../shared/adapters/sns/topic.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { alertPolicy } from '../../shared/config/alerts.ts';
import { readEnv } from '../../shared/config/env.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { tellAlerts } from './tell-alerts.ts';

const env = readEnv(process.env, ['ALERTS_TABLE', 'ALERT_TOPIC']);
const tell = tellAlerts({
  alerts: dynamoAlertStore(new DynamoDBClient(), env.ALERTS_TABLE),
  topic: snsTopic(new SNSClient(), env.ALERT_TOPIC),
  policy: alertPolicy(),
  clock: systemClock,
});

export const handler = queueConsumer<unknown>(async (messages) => {
  const failed: string[] = [];
  let told = 0;
  for (const { id, body } of messages) {
    try {
      told += await tell(body);
    } catch (error) {
      logger.error('observation not handled', { messageId: id, error: error as Error });
      failed.push(id);
    }
  }
  count({ told });
  return failed;
});
