import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Temporary } from '../../errors.ts';
import type { OrderedQueue } from '../../ports/ordered-queue.ts';
import { translated } from '../aws/translate-error.ts';
import { inBatches } from './message-queue.ts';

/**
 * An SQS FIFO queue that takes JSON messages and knows them again by their content. A request is one order: its batches
 * go one after another, so that none is on the queue before an earlier one.
 */
export function sqsOrderedQueue(client: SQSClient, queueUrl: string): OrderedQueue {
  return {
    async sendInOrder(messages) {
      const groups = messages.map(({ group }) => group);
      let sent = 0;
      for (const bodies of inBatches(messages.map(({ body }) => JSON.stringify(body)))) {
        await sendBatch(client, queueUrl, bodies, groups.slice(sent, sent + bodies.length));
        sent += bodies.length;
      }
    },
  };
}

async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  bodies: readonly string[],
  groups: readonly string[],
): Promise<void> {
  const Entries = bodies.map((MessageBody, at) => ({
    Id: String(at),
    MessageBody,
    MessageGroupId: groups[at],
  }));
  const command = new SendMessageBatchCommand({ QueueUrl, Entries });
  const { Failed = [] } = await translated('send messages in order', () => client.send(command));
  if (Failed.length > 0) {
    throw new Temporary(
      `send messages in order: expected all ${bodies.length} taken, was ${Failed.length} refused`,
    );
  }
}
