import { describe, expect, test } from 'vitest';
import { eventSourceHandler } from '../../../local/cloudformation/resources/lambda-event-source.ts';
import { bucketHandler } from '../../../local/cloudformation/resources/s3-bucket.ts';
import { queueHandler } from '../../../local/cloudformation/resources/sqs-queue.ts';
import { parameterHandler } from '../../../local/cloudformation/resources/ssm-parameter.ts';
import type { EventSourceSettings } from '../../../local/events/event-source.ts';
import type { BucketSettings } from '../../../local/s3/buckets.ts';
import type { QueueSettings } from '../../../local/sqs/queue.ts';

const address = (type: string) => ({ stack: 'data', logicalId: 'Thing', type });

describe('AWS::S3::Bucket', () => {
  const created: [string, BucketSettings | undefined][] = [];
  const handler = bucketHandler({ createBucket: (name, settings) => void created.push([name, settings]) });

  test('takes versioning and object lock, and names it in lower case', async () => {
    const lock = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } },
    };
    const bucket = await handler.create(
      {
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: lock,
      },
      address('AWS::S3::Bucket'),
    );
    expect(created.at(-1)).toEqual([
      'data-thing',
      { versioning: true, objectLock: { mode: 'GOVERNANCE', days: 365 } },
    ]);
    expect(bucket).toMatchObject({ ref: 'data-thing', attributes: { Arn: 'arn:aws:s3:::data-thing' } });
  });

  test('refuses what it does not honour, down to nested properties', async () => {
    const replication = handler.create({ ReplicationConfiguration: {} }, address('AWS::S3::Bucket'));
    await expect(replication).rejects.toThrow(
      /data\.Thing \(AWS::S3::Bucket\)[\s\S]*ReplicationConfiguration/,
    );
    const nested = handler.create(
      { VersioningConfiguration: { Status: 'Enabled', MfaDelete: 'x' } },
      address('AWS::S3::Bucket'),
    );
    await expect(nested).rejects.toThrow(/MfaDelete/);
  });
});

describe('AWS::SQS::Queue', () => {
  const created: QueueSettings[] = [];
  const handler = queueHandler({
    createQueue: (settings) => {
      created.push(settings);
      return { url: `http://127.0.0.1:1/${settings.name}`, arn: `arn:${settings.name}`, settings } as never;
    },
  });

  test('takes the defaults of SQS and the redrive policy', async () => {
    const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:r:1:dead', maxReceiveCount: 5 };
    const queue = await handler.create({ RedrivePolicy }, address('AWS::SQS::Queue'));
    expect(created).toEqual([
      {
        name: 'data-Thing',
        visibilityTimeoutS: 30,
        retentionS: 345_600,
        delayS: 0,
        receiveWaitS: 0,
        deadLetterQueueName: 'dead',
        maxReceiveCount: 5,
      },
    ]);
    expect(queue.ref).toBe('http://127.0.0.1:1/data-Thing');
  });

  test('makes a FIFO queue, whose name says it', async () => {
    const properties = {
      FifoQueue: true,
      ContentBasedDeduplication: true,
      DeduplicationScope: 'messageGroup',
    };
    const queue = await handler.create(properties, address('AWS::SQS::Queue'));
    expect(created.at(-1)).toMatchObject({
      name: 'data-Thing.fifo',
      fifo: {
        contentBasedDeduplication: true,
        deduplicationScope: 'messageGroup',
        throughputLimit: 'perQueue',
      },
    });
    expect(queue.ref).toBe('http://127.0.0.1:1/data-Thing.fifo');
  });

  test('refuses what no queue can be', async () => {
    await expect(handler.create({ FifoQueue: false }, address('AWS::SQS::Queue'))).rejects.toThrow(
      /FifoQueue/,
    );
  });
});

describe('AWS::Lambda::EventSourceMapping', () => {
  const added: [string, EventSourceSettings][] = [];
  const handler = eventSourceHandler((queueName, settings) => added.push([queueName, settings]));
  const mapping = { EventSourceArn: 'arn:aws:sqs:r:1:to-batch', FunctionName: 'batch' };
  const create = (more: object) =>
    handler.create({ ...mapping, ...more }, address('AWS::Lambda::EventSourceMapping'));

  test('takes batch size, window, partial answers and concurrency', async () => {
    await create({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 60,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
    const expected = {
      functionArn: 'batch',
      batchSize: 100,
      windowSeconds: 60,
      reportsItemFailures: true,
      maximumConcurrency: 2,
    };
    expect(added).toEqual([['to-batch', expected]]);
  });

  test.each([
    ['a batch above 10 without a window', { BatchSize: 11 }, /expected a batching window/],
    ['a stream', { EventSourceArn: 'arn:aws:dynamodb:r:1:table/t/stream/s' }, /expected the ARN of a queue/],
    [
      'a window on a FIFO queue',
      { EventSourceArn: 'arn:aws:sqs:r:1:q.fifo', MaximumBatchingWindowInSeconds: 5 },
      /at most 10 messages a batch and no window on a FIFO queue, was 10 and 5 s/,
    ],
    ['a filter', { FilterCriteria: { Filters: [] } }, /FilterCriteria/],
  ])('refuses %s', async (_, more, message) => {
    await expect(create(more)).rejects.toThrow(message);
  });

  test('adds nothing when it is not enabled', async () => {
    const before = added.length;
    await create({ Enabled: false });
    expect(added).toHaveLength(before);
  });
});

describe('AWS::SSM::Parameter', () => {
  test('keeps a value put by hand until the template’s own value changes', async () => {
    const values = new Map<string, string>();
    const memory = new Map<string, string>();
    const ssm = {
      putParameter: ({ name, value }: { name: string; value: string }) =>
        void values.set(name, value) as never,
      parameter: (name: string) => (values.has(name) ? ({ Value: values.get(name) } as never) : undefined),
    };
    const folder = {
      recall: (name: string) => memory.get(name),
      remember: (name: string, value: string) => void memory.set(name, value),
    };
    const create = (Value: string) =>
      parameterHandler(ssm, folder).create(
        { Name: '/p', Type: 'String', Value },
        address('AWS::SSM::Parameter'),
      );
    await create('none');
    values.set('/p', 'by hand');
    await create('none');
    expect(values.get('/p')).toBe('by hand');
    await create('new');
    expect(values.get('/p')).toBe('new');
  });
});
