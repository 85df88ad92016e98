import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueueHandle } from '../../../local/sqs/sqs.ts';
import { SqsFixture, settings } from './sqs-fixture.ts';

let sqs: SqsFixture;
beforeEach(async () => {
  sqs = await SqsFixture.start();
});
afterEach(() => sqs.stop());

/** A dead-letter queue that holds so many messages of its queue. */
function withDeadLetters(count: number): { dead: QueueHandle; queue: QueueHandle } {
  const dead = sqs.service.createQueue(settings('jobs-dead'));
  const limits = { maxReceiveCount: 1, deadLetterQueueName: 'jobs-dead' };
  const queue = sqs.service.createQueue(settings('jobs', limits));
  queue.send(Array.from({ length: count }, (_, at) => ({ body: `m${at}` })));
  queue.release(queue.receive(count).map(({ receiptHandle }) => receiptHandle));
  expect(queue.receive(count)).toEqual([]);
  expect(dead.depth().visible).toBe(count);
  return { dead, queue };
}

const start = (dead: QueueHandle, rate: number) =>
  sqs.client.send(
    new StartMessageMoveTaskCommand({ SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: rate }),
  );
const newest = async (dead: QueueHandle) => {
  const { Results } = await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
  return Results![0]!;
};

describe('a redrive with a rate', () => {
  it('moves so many a second of real time, says how far it is, and ends', async () => {
    const { dead, queue } = withDeadLetters(5);
    const { TaskHandle } = await start(dead, 2);
    expect(await newest(dead)).toMatchObject({
      TaskHandle,
      Status: 'RUNNING',
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 5,
      MaxNumberOfMessagesPerSecond: 2,
    });
    expect(queue.depth().visible).toBe(2);
    await expect.poll(() => queue.depth().visible, { timeout: 5000 }).toBe(5);
    const done = await newest(dead);
    expect(done).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 5 });
    expect(done).not.toHaveProperty('TaskHandle');
  });

  it('is one at a time, and stops where it stands when cancelled', async () => {
    const { dead, queue } = withDeadLetters(3);
    const { TaskHandle } = await start(dead, 1);
    await expect(start(dead, 1)).rejects.toThrow(/already a task running/);
    const { ApproximateNumberOfMessagesMoved } = await sqs.client.send(
      new CancelMessageMoveTaskCommand({ TaskHandle }),
    );
    expect(ApproximateNumberOfMessagesMoved).toBe(1);
    expect(await newest(dead)).toMatchObject({ Status: 'CANCELLED' });
    expect([queue.depth().visible, dead.depth().visible]).toEqual([1, 2]);
    const again = sqs.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(again).rejects.toThrow(/expected the handle of a task that runs/);
    await start(dead, 500);
    expect(queue.depth().visible).toBe(3);
  });

  it('goes on after a restart', async () => {
    const { dead } = withDeadLetters(3);
    await start(dead, 1);
    await sqs.restart();
    await expect.poll(() => sqs.service.queue('jobs').depth().visible, { timeout: 5000 }).toBe(3);
    expect(await newest(dead)).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 3 });
  });

  it.each([0, 501])('refuses %i messages a second', async (rate) => {
    const { dead } = withDeadLetters(1);
    await expect(start(dead, rate)).rejects.toThrow(
      /MaxNumberOfMessagesPerSecond: expected an integer from 1 to 500/,
    );
  });
});
