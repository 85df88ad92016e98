import {
  AddPermissionCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIFO, SqsFixture, START_MS, settings } from './sqs-fixture.ts';

let sqs: SqsFixture;

beforeEach(async () => {
  sqs = await SqsFixture.start();
});
afterEach(() => sqs.stop());

const inSeconds = (seconds: number) => sqs.clock.advanceTo(sqs.clock.nowMs() + seconds * 1000);
const createPair = (maxReceiveCount = 2) => {
  const dead = sqs.service.createQueue(settings('jobs-dead'));
  const queue = sqs.service.createQueue(
    settings('jobs', { maxReceiveCount, deadLetterQueueName: 'jobs-dead' }),
  );
  return { dead, queue };
};

describe('createQueue', () => {
  it.each([
    ['a FIFO name for a standard queue', 'orders.fifo', {}],
    ['a standard name for a FIFO queue', 'orders', { fifo: FIFO }],
  ])('refuses %s', (_what, name, changes) => {
    expect(() => sqs.service.createQueue(settings(name, changes))).toThrow(
      `queue ${name}: expected a name in .fifo for a FIFO queue, and for no other`,
    );
  });

  it('refuses a dead-letter queue of the other kind', () => {
    sqs.service.createQueue(settings('plain'));
    const limits = { fifo: FIFO, maxReceiveCount: 3, deadLetterQueueName: 'plain' };
    expect(() => sqs.service.createQueue(settings('jobs.fifo', limits))).toThrow(
      'queue jobs.fifo: expected a dead-letter queue of its own kind, was plain',
    );
  });

  it.each([
    [
      'a dead-letter queue that does not exist',
      { maxReceiveCount: 3, deadLetterQueueName: 'none' },
      'was none',
    ],
    ['a receive limit without a dead-letter queue', { maxReceiveCount: 3 }, 'together'],
    ['a name with a blank', { name: 'a b' }, 'was a b'],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => sqs.service.createQueue(settings('jobs', changes))).toThrow(message);
  });

  it('keeps messages and listeners when settings change', async () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    let calls = 0;
    queue.onAvailable(() => {
      calls += 1;
    });
    queue.send([{ body: 'a' }]);
    sqs.service.createQueue(settings('jobs', { visibilityTimeoutS: 5 }));
    expect(queue.receive(1)).toHaveLength(1);
    await inSeconds(5);
    expect(queue.depth().visible).toBe(1);
    expect(calls).toBe(2);
  });
});

describe('GetQueueUrl, GetQueueAttributes, ListQueues, PurgeQueue', () => {
  it('answers a URL below the endpoint with the account', async () => {
    sqs.service.createQueue(settings('jobs'));
    const { QueueUrl } = await sqs.client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));
    expect(QueueUrl).toBe(`${sqs.server.endpoint}/111122223333/jobs`);
    const missing = sqs.client.send(new GetQueueUrlCommand({ QueueName: 'none' }));
    await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('answers counts and settings', async () => {
    const { queue } = createPair(3);
    queue.send([{ body: 'a' }, { body: 'b' }, { body: 'c', delayS: 10 }]);
    queue.receive(1);
    const { Attributes } = await sqs.client.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:ap-south-1:111122223333:jobs',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '30',
      CreatedTimestamp: String(START_MS / 1000),
    });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:ap-south-1:111122223333:jobs-dead',
      maxReceiveCount: 3,
    });
  });

  it('lists by prefix and page', async () => {
    for (const name of ['b', 'a-2', 'a-1']) sqs.service.createQueue(settings(name));
    const list = async (input: object) => (await sqs.client.send(new ListQueuesCommand(input))).QueueUrls;
    expect((await list({ QueueNamePrefix: 'a-' }))?.map((url) => url.slice(-3))).toEqual(['a-1', 'a-2']);
    const first = await sqs.client.send(new ListQueuesCommand({ MaxResults: 2 }));
    expect(first.QueueUrls).toHaveLength(2);
    expect(await list({ MaxResults: 2, NextToken: first.NextToken })).toHaveLength(1);
  });

  it('purges', async () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    queue.send([{ body: 'a' }, { body: 'b', delayS: 5 }]);
    await sqs.client.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('names an operation that it does not have', async () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    const unknown = new AddPermissionCommand({
      QueueUrl: queue.url,
      Label: 'x',
      AWSAccountIds: ['1'],
      Actions: ['*'],
    });
    await expect(sqs.client.send(unknown)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('AmazonSQS.AddPermission'),
    });
  });
});

describe('dead-letter queue', () => {
  const receiveTwice = async () => {
    const { dead, queue } = createPair(2);
    queue.send([{ body: 'poison', attributes: { k: { DataType: 'String', StringValue: 'v' } } }]);
    for (let i = 0; i < 2; i += 1) {
      expect(queue.receive(10)).toHaveLength(1);
      await inSeconds(30);
    }
    return { dead, queue };
  };

  it('gets what was received too often, with its source, instead of another receive', async () => {
    const { dead, queue } = await receiveTwice();
    let announced = 0;
    dead.onAvailable(() => {
      announced += 1;
    });
    expect(queue.receive(10)).toEqual([]);
    expect(announced).toBe(1);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const { Messages } = await sqs.client.send(
      new ReceiveMessageCommand({
        QueueUrl: dead.url,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        Body: 'poison',
        Attributes: { DeadLetterQueueSourceArn: queue.arn, SentTimestamp: String(START_MS) },
        MessageAttributes: { k: { StringValue: 'v' } },
      },
    ]);
  });

  it('does not stand in the way of sound messages behind it', async () => {
    const { queue } = await receiveTwice();
    queue.send([{ body: 'sound' }]);
    expect(queue.receive(1).map(({ body }) => body)).toEqual(['sound']);
  });

  it('is redriven to where the messages came from, as new messages', async () => {
    const { dead, queue } = await receiveTwice();
    const before = queue.receive(10);
    let announced = 0;
    queue.onAvailable(() => {
      announced += 1;
    });
    expect(before).toEqual([]);
    const { TaskHandle } = await sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(TaskHandle).toMatch(/^[0-9a-f-]{36}$/);
    expect(announced).toBe(1);
    expect(dead.depth().visible).toBe(0);
    const [again] = queue.receive(10);
    expect(again).toMatchObject({ body: 'poison', attributes: { ApproximateReceiveCount: '1' } });
    expect(again?.attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
    const { Results } = await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  });

  it('is redriven to another queue when told so; unknown origin is a failure that keeps the message', async () => {
    const { dead } = createPair();
    const other = sqs.service.createQueue(settings('other'));
    dead.send([{ body: 'sent here directly' }]);
    await sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const { Results } = await sqs.client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(Results).toMatchObject([{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }]);
    expect(dead.depth().visible).toBe(1);
    await sqs.client.send(
      new StartMessageMoveTaskCommand({ SourceArn: dead.arn, DestinationArn: other.arn }),
    );
    expect(other.depth().visible).toBe(1);
  });

  it('is the only source of a redrive', async () => {
    const { queue } = createPair();
    const refused = sqs.client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
    await expect(refused).rejects.toThrow('must be configured as a Dead Letter Queue, was jobs');
  });
});

describe('the in-process side', () => {
  it('says when messages are available: on sends and when hidden ones come due', async () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    const times: number[] = [];
    const stop = queue.onAvailable(() => times.push((sqs.clock.nowMs() - START_MS) / 1000));
    queue.send([{ body: 'a' }]);
    queue.send([{ body: 'late', delayS: 10 }]);
    queue.receive(1, 20_000);
    await inSeconds(60);
    expect(times).toEqual([0, 0, 10, 20]);
    stop();
    queue.send([{ body: 'b' }]);
    expect(times).toHaveLength(4);
  });

  it('says so again after a restart', async () => {
    sqs.service.createQueue(settings('jobs')).send([{ body: 'a' }]);
    sqs.service.queue('jobs').receive(1, 20_000);
    await sqs.restart();
    let announced = 0;
    sqs.service.queue('jobs').onAvailable(() => {
      announced += 1;
    });
    await inSeconds(20);
    expect(announced).toBe(1);
    expect(sqs.service.queue('jobs').receive(1)).toMatchObject([
      { attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  it('releases messages at once, counted as received, and deletes by receipt handle', () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    queue.send([{ body: 'a' }]);
    const handles = queue.receive(1).map(({ receiptHandle }) => receiptHandle);
    expect(queue.release(handles)).toEqual([true]);
    expect(queue.depth()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    const [again] = queue.receive(1);
    expect(again?.attributes['ApproximateReceiveCount']).toBe('2');
    expect(queue.delete([again?.receiptHandle ?? '', 'garbage'])).toEqual([true, false]);
  });

  it('refuses what SQS refuses, before anything is stored', () => {
    const queue = sqs.service.createQueue(settings('jobs'));
    expect(() => queue.send([{ body: 'ok' }, { body: '\u0000' }])).toThrow('XML 1.0');
    expect(queue.depth().visible).toBe(0);
    expect(() => sqs.service.queue('none')).toThrow('was none');
  });
});
