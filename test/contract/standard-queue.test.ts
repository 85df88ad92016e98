import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';
import { MemoryQueue } from './memory-queue.ts';

const RECEIVES = 3;

/** A queue with its dead-letter queue as a consumer sees them. */
interface Delivery {
  readonly queue: MessageQueue;
  receive(max: number): { readonly body: string; readonly count: number; settle(done: boolean): void }[];
  dead(): string[];
  redrive(): Promise<void>;
}

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let made = 0;

function onSqs(): Delivery {
  const { sqs } = cloud.services;
  const settings = { visibilityTimeoutS: 30, retentionS: 86_400, delayS: 0 };
  const deadName = `dead-${++made}`;
  const dead = sqs.createQueue({ name: deadName, ...settings });
  const queue = sqs.createQueue({
    name: `live-${made}`,
    ...settings,
    maxReceiveCount: RECEIVES,
    deadLetterQueueName: deadName,
  });
  const bodies = () => {
    const taken = dead.receive(10, 1000);
    dead.release(taken.map(({ receiptHandle }) => receiptHandle));
    return taken.map(({ body }) => body);
  };
  return {
    queue: sqsMessageQueue(cloud.sqs, queue.url),
    receive: (max) =>
      queue.receive(max).map(({ body, receiptHandle, attributes }) => ({
        body,
        count: Number(attributes['ApproximateReceiveCount']),
        settle: (done) => void (done ? queue.delete([receiptHandle]) : queue.release([receiptHandle])),
      })),
    dead: bodies,
    async redrive() {
      const headers = { 'x-amz-target': 'AmazonSQS.StartMessageMoveTask' };
      const body = Buffer.from(JSON.stringify({ SourceArn: dead.arn }));
      const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body };
      expect((await sqs.handle(request)).status).toBe(200);
    },
  };
}

function inMemory(): Delivery {
  const deadLetters = new MemoryQueue();
  const queue = new MemoryQueue({ maxReceiveCount: RECEIVES, deadLetters });
  return {
    queue,
    receive: (max) =>
      queue.receive(max).map((message) => ({
        body: message.body,
        count: message.receiveCount,
        settle: (done) => (done ? queue.delete([message]) : queue.release([message])),
      })),
    dead: () => deadLetters.bodies(),
    redrive: async () => void deadLetters.moveTo(queue),
  };
}

describe.each([
  ['SQS', onSqs],
  ['memory', inMemory],
] as const)('a standard queue in %s', (_, open) => {
  it.each([0, 1, 11, 25])('gives all of %i messages once when each is settled', async (count) => {
    const { queue, receive } = open();
    const sent = Array.from({ length: count }, (_, at) => ({ at, text: '₹ "\n' }));
    await queue.sendAll(sent);
    const got: unknown[] = [];
    for (let batch = receive(10); batch.length > 0; batch = receive(10)) {
      for (const { body, settle } of batch) {
        got.push(JSON.parse(body));
        settle(true);
      }
    }
    expect(got).toHaveLength(count);
    expect(got).toEqual(expect.arrayContaining(sent));
  });

  it('hides what is received and gives it again, counted, once it is released', async () => {
    const { queue, receive } = open();
    await queue.sendAll(['a']);
    const [first] = receive(10);
    expect(receive(10)).toEqual([]);
    first!.settle(false);
    const [again] = receive(10);
    expect([first!.count, again!.count]).toEqual([1, 2]);
    again!.settle(true);
    expect(receive(10)).toEqual([]);
  });

  it('buries a message that was received too often and takes no other with it; a redrive brings it back', async () => {
    const { queue, receive, dead, redrive } = open();
    await queue.sendAll(['poison']);
    for (let round = 0; round < RECEIVES; round++) receive(1)[0]!.settle(false);
    expect(dead()).toEqual([]);
    await queue.sendAll(['good']);
    const [good] = receive(10);
    expect(good!.body).toBe('"good"');
    good!.settle(true);
    expect(dead()).toEqual(['"poison"']);
    await redrive();
    expect(dead()).toEqual([]);
    expect(receive(10)).toMatchObject([{ body: '"poison"', count: 1 }]);
  });

  it('says RejectedInput for a message too large alone and sends nothing', async () => {
    const { queue, receive } = open();
    const call = queue.sendAll(['small', 'x'.repeat(1_048_576)]);
    await expect(call).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(receive(10)).toEqual([]);
  });
});
