import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsOrderedQueue } from '../../shared/adapters/sqs/ordered-queue.ts';
import { sqsReturnMessage } from '../../shared/adapters/sqs/return-message.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const inGroup = (group: string) => (body: unknown) => ({ group, body });
const nameOf = (url: string) => url.split('/').at(-1)!;

describe('OrderedQueue on SQS', () => {
  it.each([0, 1, 10, 11, 95])('hands out %i messages in the order sent', async (count) => {
    const url = cloud.orderedQueue();
    const bodies = Array.from({ length: count }, (_, at) => ({ at, text: 'Straße ₹ "\n' }));
    await sqsOrderedQueue(cloud.sqs, url).sendInOrder(bodies.map(inGroup('a')));
    expect(cloud.drain(url)).toEqual(bodies);
  });

  it('keeps the order of each group over the limits of a batch', async () => {
    const url = cloud.orderedQueue();
    const bodies = Array.from({ length: 13 }, (_, at) => ({ at, note: 'x'.repeat(200_000) }));
    await sqsOrderedQueue(cloud.sqs, url).sendInOrder(bodies.map((body) => inGroup(`g${body.at % 2}`)(body)));
    const got = cloud.drain(url) as typeof bodies;
    for (const group of [0, 1]) {
      const own = (all: typeof bodies) => all.filter(({ at }) => at % 2 === group);
      expect(own(got)).toEqual(own(bodies));
    }
  });

  it('takes the same message once, and another about the same thing again', async () => {
    const url = cloud.orderedQueue();
    const queue = sqsOrderedQueue(cloud.sqs, url);
    await queue.sendInOrder([{ id: 1, recorded_at: 1 }].map(inGroup('a')));
    await queue.sendInOrder([{ id: 1, recorded_at: 1 }].map(inGroup('a')));
    await queue.sendInOrder([{ id: 1, recorded_at: 2 }].map(inGroup('a')));
    expect(cloud.drain(url)).toEqual([
      { id: 1, recorded_at: 1 },
      { id: 1, recorded_at: 2 },
    ]);
  });

  it('sends nothing behind a batch that was refused', async () => {
    const url = cloud.orderedQueue();
    const messages = Array.from({ length: 25 }, (_, at) => inGroup(at < 15 ? 'a' : '')(at));
    const call = sqsOrderedQueue(cloud.sqs, url).sendInOrder(messages);
    await expect(call).rejects.toThrow();
    expect(cloud.drain(url)).toEqual(Array.from({ length: 15 }, (_, at) => at));
  });

  it('says RejectedInput for a message too large alone and sends nothing', async () => {
    const url = cloud.orderedQueue();
    const messages = ['small', 'x'.repeat(1_048_576)].map(inGroup('a'));
    const call = sqsOrderedQueue(cloud.sqs, url).sendInOrder(messages);
    await expect(call).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(cloud.drain(url)).toEqual([]);
  });
});

describe('ReturnMessage on SQS', () => {
  it('lets a message come again when it is told to', async () => {
    const url = cloud.orderedQueue();
    await sqsOrderedQueue(cloud.sqs, url).sendInOrder(['a1', 'a2'].map(inGroup('a')));
    const queue = cloud.services.sqs.queue(nameOf(url));
    const giveBack = sqsReturnMessage(cloud.sqs, url);
    const [first] = queue.receive(1);
    await giveBack(first!.receiptHandle, 8);
    await cloud.clock.advanceTo(cloud.clock.nowMs() + 7999);
    expect(queue.receive(10)).toEqual([]);
    await cloud.clock.advanceTo(cloud.clock.nowMs() + 1);
    const [again] = queue.receive(1);
    await giveBack(again!.receiptHandle, 0);
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['"a1"', '"a2"']);
  });
});
