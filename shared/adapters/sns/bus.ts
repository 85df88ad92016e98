import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import { Temporary } from '../../errors.ts';
import type { Bus } from '../../ports/bus.ts';
import { translated } from '../aws/translate-error.ts';

const MAX_MESSAGES = 10;
/** What SNS takes at once, message and attributes counted; some room is left for names and types of attributes. */
const MAX_BYTES = 262_144 - 10 * 512;

type Message = Parameters<Bus['publishAll']>[0][number];

/** An SNS topic, written to in batches. */
export function snsBus(client: SNSClient, topicArn: string): Bus {
  return {
    async publishAll(messages) {
      for (const batch of inBatches(messages)) await publish(client, topicArn, batch);
    },
  };
}

/** Cuts messages into batches within SNS's limits; one that is too large goes alone, and SNS says so. */
function inBatches(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body);
    const last = batches.at(-1);
    if (last !== undefined && last.length < MAX_MESSAGES && bytes + size <= MAX_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
}

async function publish(client: SNSClient, TopicArn: string, batch: readonly Message[]): Promise<void> {
  const PublishBatchRequestEntries = batch.map(({ body, attributes }, at) => ({
    Id: String(at),
    Message: body,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
  }));
  const command = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries });
  const { Failed = [] } = await translated('publish', () => client.send(command));
  if (Failed.length > 0) {
    const why = Failed[0]?.Message ?? Failed[0]?.Code;
    throw new Temporary(`publish: expected all ${batch.length} taken, was ${Failed.length} refused: ${why}`);
  }
}
