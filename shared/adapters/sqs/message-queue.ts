import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { RejectedInput, Temporary } from '../../errors.ts';
import type { MessageQueue } from '../../ports/message-queue.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_MESSAGES = 10;
const MAX_BYTES = 1_048_576;
/** Batches under way at once: enough to hide the round trip, few enough not to be throttled. */
const PARALLEL = 8;

/** An SQS queue that takes JSON messages. */
export function sqsMessageQueue(client: SQSClient, queueUrl: string): MessageQueue {
  return {
    async sendAll(messages) {
      const batches = inBatches(messages.map((message) => JSON.stringify(message)));
      for (let start = 0; start < batches.length; start += PARALLEL) {
        await Promise.all(
          batches.slice(start, start + PARALLEL).map((batch) => sendBatch(client, queueUrl, batch)),
        );
      }
    },
  };
}

/** Cuts bodies into batches within SQS's limits. @throws RejectedInput for a message that is too large alone. */
export function inBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (size > MAX_BYTES) {
      throw new RejectedInput(`message: expected at most ${MAX_BYTES} bytes, was ${size}; send fewer legs`);
    }
    if (batch.length === MAX_MESSAGES || bytes + size > MAX_BYTES) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(body);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function sendBatch(client: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
  const { Failed = [] } = await translated('send messages', () => client.send(command));
  if (Failed.length > 0) {
    throw new Temporary(`send messages: expected all ${bodies.length} taken, was ${Failed.length} refused`);
  }
}
