import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoBrokerStore } from '../../shared/adapters/dynamodb/broker-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { brokerExchangesOf } from '../../shared/config/execution.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { takeOrder } from './take-order.ts';

const env = readEnv(process.env, ['BROKER_TABLE', 'PAPER_BROKER']);
const take = takeOrder({
  broker: dynamoBrokerStore(new DynamoDBClient(), env.BROKER_TABLE),
  exchanges: brokerExchangesOf(env.PAPER_BROKER),
  clock: systemClock,
});

/** A reader of the recommendation bus: what may be executed becomes an order of the paper broker. */
export const handler = queueConsumer<unknown>(async (messages) => {
  const failed: string[] = [];
  for (const { id, body } of messages) {
    try {
      const taken = await take(body);
      if (taken === 'taken') count({ orders: 1 });
    } catch (error) {
      logger.error('order not taken', { error: error as Error });
      failed.push(id);
    }
  }
  return failed;
});
