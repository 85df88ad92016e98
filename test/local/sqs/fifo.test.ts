import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FifoSettings } from '../../../local/sqs/fifo.ts';
import type { QueueHandle } from '../../../local/sqs/sqs.ts';
import { FIFO, SqsFixture, settings } from './sqs-fixture.ts';

let sqs: SqsFixture;
beforeEach(async () => {
  sqs = await SqsFixture.start();
});
afterEach(() => sqs.stop());

const MAX_RECEIVES = 2;
const inSeconds = (seconds: number) => sqs.clock.advanceTo(sqs.clock.nowMs() + seconds * 1000);

function openQueue(changes: Partial<FifoSettings> = {}) {
  const fifo = { ...FIFO, ...changes };
  const dead = sqs.service.createQueue(settings('dead.fifo', { fifo }));
  const limits = { maxReceiveCount: MAX_RECEIVES, deadLetterQueueName: 'dead.fifo' };
  return { dead, queue: sqs.service.createQueue(settings('jobs.fifo', { fifo, ...limits })) };
}

type Sent = Omit<SendMessageCommandInput, 'QueueUrl' | 'MessageBody'>;
const send = ({ url }: QueueHandle, body: string, more: Sent = { MessageGroupId: 'a' }) =>
  sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...more }));
const put = (queue: QueueHandle, groupId: string, ...bodies: string[]) =>
  queue.send(bodies.map((body) => ({ body, groupId })));
const receive = async ({ url }: QueueHandle, max = 10) => {
  const command = new ReceiveMessageCommand({
    ...{ QueueUrl: url, MaxNumberOfMessages: max, MessageSystemAttributeNames: ['All'] },
  });
  return (await sqs.client.send(command)).Messages ?? [];
};
const bodies = (messages: readonly { readonly Body?: string | undefined }[]) =>
  messages.map(({ Body }) => Body);
const remove = ({ url }: QueueHandle, { ReceiptHandle }: { ReceiptHandle?: string | undefined }) =>
  sqs.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

describe('sending to a FIFO queue', () => {
  it('numbers the messages of all groups upwards, and a receive tells group, number and id', async () => {
    const { queue } = openQueue();
    const sent = [
      await send(queue, 'one'),
      await send(queue, 'two', { MessageGroupId: 'b', MessageDeduplicationId: 'mine' }),
    ];
    const numbers = sent.map(({ SequenceNumber }) => SequenceNumber!);
    expect(numbers).toEqual(numbers.toSorted());
    expect(numbers[0]).toMatch(/^\d{20}$/);
    expect((await receive(queue)).map(({ Attributes }) => Attributes)).toMatchObject([
      { MessageGroupId: 'a', SequenceNumber: numbers[0] },
      { MessageGroupId: 'b', SequenceNumber: numbers[1], MessageDeduplicationId: 'mine' },
    ]);
  });

  it.each([
    ['no group', {}, /MissingParameter|parameter MessageGroupId/],
    ['a delay of its own', { MessageGroupId: 'a', DelaySeconds: 5 }, /Value 5 for parameter DelaySeconds/],
    ['a group with a blank', { MessageGroupId: 'a b' }, /MessageGroupId: expected 1 to 128/],
    ['an empty group', { MessageGroupId: '' }, /MessageGroupId: expected 1 to 128/],
  ])('refuses a message with %s', async (_what, more, reason) => {
    await expect(send(openQueue().queue, 'x', more)).rejects.toThrow(reason);
  });

  it('asks for a deduplication id where the body does not do', async () => {
    const { queue } = openQueue({ contentBasedDeduplication: false });
    await expect(send(queue, 'x')).rejects.toThrow(/ContentBasedDeduplication enabled or/);
    await send(queue, 'x', { MessageGroupId: 'a', MessageDeduplicationId: '1' });
    expect(queue.depth().visible).toBe(1);
  });

  it('reports the faulty entries of a batch and takes the others in their order', async () => {
    const { queue } = openQueue();
    const entry = (Id: string, MessageGroupId?: string) => ({ Id, MessageBody: Id, MessageGroupId });
    const Entries = [entry('a', 'g'), entry('b'), entry('c', 'g')];
    const answer = await sqs.client.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    expect(answer.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([['b', 'MissingParameter']]);
    expect(bodies(await receive(queue))).toEqual(['a', 'c']);
  });

  it('tells what kind it is; a standard queue takes a group and no deduplication id', async () => {
    const { queue } = openQueue({ deduplicationScope: 'messageGroup', throughputLimit: 'perMessageGroupId' });
    const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] });
    expect((await sqs.client.send(command)).Attributes).toMatchObject({
      ...{ FifoQueue: 'true', ContentBasedDeduplication: 'true' },
      ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
    });
    const plain = sqs.service.createQueue(settings('plain'));
    expect(await send(plain, 'x')).not.toHaveProperty('SequenceNumber');
    const call = send(plain, 'x', { MessageDeduplicationId: '1' });
    await expect(call).rejects.toThrow(/Value 1 for parameter MessageDeduplicationId is invalid/);
  });
});

describe('deduplication', () => {
  it('stores the same body once in five minutes, whether or not it is still there', async () => {
    const { queue } = openQueue();
    const first = await send(queue, 'x');
    await remove(queue, (await receive(queue))[0]!);
    await inSeconds(299);
    const again = await send(queue, 'x');
    expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    expect(queue.depth().visible).toBe(0);
    await inSeconds(1);
    await send(queue, 'x');
    expect(queue.depth().visible).toBe(1);
  });

  it('is remembered over a restart', async () => {
    const { queue } = openQueue();
    await send(queue, 'x');
    await sqs.restart();
    await send(queue, 'x');
    expect(sqs.service.queue('jobs.fifo').depth().visible).toBe(1);
  });

  it.each([
    ['queue', 1],
    ['messageGroup', 2],
  ] as const)('in the scope of a %s keeps %i of two groups', async (deduplicationScope, kept) => {
    const { queue } = openQueue({ deduplicationScope });
    for (const MessageGroupId of ['a', 'b', 'a']) await send(queue, 'x', { MessageGroupId });
    expect(queue.depth().visible).toBe(kept);
  });

  it('goes by the id where one is given, and holds within one batch', async () => {
    const { queue } = openQueue();
    const Entries = ['1', '1', '2'].map((MessageDeduplicationId, at) => ({
      ...{ Id: `e${at}`, MessageBody: `body ${at}`, MessageGroupId: 'a', MessageDeduplicationId },
    }));
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    expect(bodies(await receive(queue))).toEqual(['body 0', 'body 2']);
  });
});

describe('a group', () => {
  it('comes in order, several at once, and waits as a whole while one of it is in flight', async () => {
    const { queue } = openQueue();
    put(queue, 'a', 'a1', 'a2', 'a3');
    put(queue, 'b', 'b1');
    const [first] = await receive(queue, 1);
    expect(first!.Body).toBe('a1');
    expect(bodies(await receive(queue))).toEqual(['b1']);
    put(queue, 'b', 'b2');
    expect(await receive(queue)).toEqual([]);
    await remove(queue, first!);
    expect(bodies(await receive(queue))).toEqual(['a2', 'a3']);
  });

  it('starts again with what failed, after its visibility timeout', async () => {
    const { queue } = openQueue();
    put(queue, 'a', 'a1', 'a2');
    const [a1, a2] = await receive(queue);
    await remove(queue, a2!);
    put(queue, 'a', 'a3');
    await inSeconds(29);
    expect(await receive(queue)).toEqual([]);
    await inSeconds(1);
    expect(bodies(await receive(queue))).toEqual(['a1', 'a3']);
    expect(a1!.Body).toBe('a1');
  });

  it('is still held by a later one in flight when the earlier is given back', async () => {
    const { queue } = openQueue();
    put(queue, 'a', 'a1', 'a2');
    const [a1, a2] = await receive(queue);
    const giveBack = (ReceiptHandle: string | undefined) =>
      sqs.client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    await giveBack(a1!.ReceiptHandle);
    expect(await receive(queue)).toEqual([]);
    await giveBack(a2!.ReceiptHandle);
    expect(bodies(await receive(queue))).toEqual(['a1', 'a2']);
  });

  it('tells its listeners when it goes on', async () => {
    const { queue } = openQueue();
    put(queue, 'a', 'a1', 'a2');
    const [a1] = queue.receive(1);
    const seen: number[] = [];
    queue.onAvailable(() => void seen.push(queue.receive(1).length));
    expect(seen).toEqual([]);
    queue.delete([a1!.receiptHandle]);
    expect(seen).toEqual([1]);
  });

  it('waits behind a message that is still delayed, and no other does', async () => {
    const queue = sqs.service.createQueue(settings('late.fifo', { fifo: FIFO, delayS: 10 }));
    put(queue, 'a', 'a1');
    await inSeconds(5);
    put(queue, 'a', 'a2');
    await inSeconds(5);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['a1']);
    await inSeconds(5);
    expect(queue.receive(10)).toEqual([]);
  });

  it('goes on behind a message that was received too often', async () => {
    const { queue, dead } = openQueue();
    put(queue, 'a', 'bad', 'good');
    for (let round = 0; round < MAX_RECEIVES; round++) {
      queue.release(queue.receive(1).map(({ receiptHandle }) => receiptHandle));
    }
    expect(bodies(await receive(queue))).toEqual(['good']);
    expect((await receive(dead)).map(({ Body, Attributes }) => [Body, Attributes])).toMatchObject([
      ['bad', { MessageGroupId: 'a', DeadLetterQueueSourceArn: queue.arn }],
    ]);
  });
});

describe('a redrive of a FIFO dead-letter queue', () => {
  it('keeps the order and brings the messages behind what was sent meanwhile, also within five minutes', async () => {
    const { queue, dead } = openQueue();
    put(queue, 'a', 'one', 'two');
    for (let round = 0; round <= MAX_RECEIVES; round++) {
      queue.release(queue.receive(10).map(({ receiptHandle }) => receiptHandle));
    }
    expect(dead.depth().visible).toBe(2);
    put(queue, 'a', 'three');
    await sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const received = await receive(queue);
    expect(bodies(received)).toEqual(['three', 'one', 'two']);
    const numbers = received.map(({ Attributes }) => Attributes!['SequenceNumber']!);
    expect(numbers).toEqual(numbers.toSorted());
    expect(received[1]!.Attributes).toMatchObject({ MessageGroupId: 'a', ApproximateReceiveCount: '1' });
  });
});
