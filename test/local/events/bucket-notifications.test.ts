import { describe, expect, test } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import {
  NotificationConfiguration,
  notificationTargets,
} from '../../../local/events/bucket-notifications.ts';
import { BucketNotifier } from '../../../local/events/bucket-notifier.ts';
import { s3Event } from '../../../local/events/s3-event.ts';
import type { S3Event } from '../../../local/s3/event.ts';

const put = (key: string, more: Partial<S3Event> = {}): S3Event => ({
  type: 'ObjectCreated',
  cause: 'Put',
  bucket: 'lake',
  key,
  size: 3,
  etag: 'e',
  versionId: 'null',
  sequence: 10,
  ...more,
});
const configuration = NotificationConfiguration.parse({
  LambdaFunctionConfigurations: [
    {
      Id: 'one',
      Events: ['s3:ObjectCreated:*'],
      LambdaFunctionArn: 'fn',
      Filter: {
        Key: {
          FilterRules: [
            { Name: 'Prefix', Value: 'raw/' },
            { Name: 'suffix', Value: '.parquet' },
          ],
        },
      },
    },
  ],
  QueueConfigurations: [{ Events: ['s3:ObjectRemoved:Delete', 's3:ObjectCreated:Copy'], QueueArn: 'queue' }],
});

describe('notificationTargets', () => {
  const arns = (event: S3Event) => notificationTargets(configuration, event).map(({ arn }) => arn);
  test.each([
    ['prefix and suffix', put('raw/a.parquet'), ['fn']],
    ['another prefix', put('chain/a.parquet'), []],
    ['another suffix', put('raw/a.csv'), []],
    ['two destinations', put('raw/a.parquet', { cause: 'Copy' }), ['fn', 'queue']],
    ['a removal', put('raw/a.parquet', { type: 'ObjectRemoved', cause: 'Delete' }), ['queue']],
    ['a delete marker', put('raw/a.parquet', { type: 'ObjectRemoved', cause: 'DeleteMarkerCreated' }), []],
  ])('%s', (_, event, expected) => {
    expect(arns(event)).toEqual(expected);
  });

  test('an unknown part of the configuration is refused', () => {
    expect(() => NotificationConfiguration.parse({ EventBridgeConfiguration: {} })).toThrow(
      /EventBridgeConfiguration/,
    );
  });
});

test('s3Event is what S3 sends', () => {
  const event = s3Event(
    put('raw/a b+ü.parquet', { versionId: 'v1' }),
    'one',
    'ap-south-1',
    Date.UTC(2025, 11, 4),
  );
  expect(event.Records[0]).toMatchObject({
    eventSource: 'aws:s3',
    awsRegion: 'ap-south-1',
    eventTime: '2025-12-04T00:00:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      configurationId: 'one',
      bucket: { name: 'lake', arn: 'arn:aws:s3:::lake' },
      object: {
        key: 'raw/a+b%2B%C3%BC.parquet',
        size: 3,
        eTag: 'e',
        versionId: 'v1',
        sequencer: '000000000000000A',
      },
    },
  });
});

test('the notifier reports what it cannot send and sends the rest', async () => {
  const clock = simulatedClock(0);
  const sent: string[] = [];
  const errors: unknown[] = [];
  const send = async (arn: string) => {
    if (arn === 'fn') throw new Error('gone');
    sent.push(arn);
  };
  const notifier = new BucketNotifier({ clock, region: 'r', send, onError: (error) => errors.push(error) });
  notifier.configure('lake', configuration);
  notifier.notify(put('raw/a.parquet', { cause: 'Copy' }));
  notifier.notify(put('raw/a.parquet', { bucket: 'other' }));
  await clock.advanceTo(1);
  expect([sent, errors]).toEqual([['queue'], [expect.objectContaining({ message: 'gone' })]]);
  clock.close();
});
