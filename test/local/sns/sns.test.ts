import {
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../local/sns/deliveries.ts';
import { FUNCTION_ARN, QUEUE_ARN, SnsFixture, START_MS } from './sns-fixture.ts';

let sns: SnsFixture;
let TopicArn: string;

beforeEach(async () => {
  sns = await SnsFixture.start();
  TopicArn = sns.service.createTopic({ name: 'alerts', displayName: 'OI Loop' }).arn;
});
afterEach(() => sns.stop());

const subscribe = (protocol: string, endpoint: string, rawMessageDelivery = false) =>
  sns.service.subscribe({ topicArn: TopicArn, protocol, endpoint, rawMessageDelivery });

describe('e-mail subscriptions', () => {
  it('leave a readable message in the outbox', async () => {
    subscribe('email', 'desk@example.com');
    await sns.client.send(
      new PublishCommand({
        TopicArn,
        Subject: 'ALARM: drift NSE',
        Message: 'PSI 0.31 > 0.25\nsee runbook – §4',
      }),
    );
    await sns.settle();
    const [email] = sns.emails();
    const [head = '', body] = (email ?? '').split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual(
      expect.arrayContaining([
        'From: "OI Loop" <no-reply@sns.amazonaws.com>',
        'To: desk@example.com',
        'Subject: ALARM: drift NSE',
        'Date: Thu, 04 Dec 2025 04:00:00 +0000',
        'Content-Type: text/plain; charset=UTF-8',
      ]),
    );
    expect(body).toContain('PSI 0.31 > 0.25\r\nsee runbook – §4');
  });

  it('get one message each, with AWS default subject, from a topic without a name', async () => {
    const topicArn = sns.service.createTopic({ name: 'plain' }).arn;
    for (const endpoint of ['a@example.com', 'b@example.com']) {
      sns.service.subscribe({ topicArn, protocol: 'email', endpoint });
    }
    sns.service.publish(topicArn, { message: 'hello' });
    await sns.settle();
    expect(sns.emails()).toHaveLength(2);
    expect(sns.emails()[0]).toContain('Subject: AWS Notification Message\r\n');
    expect(sns.emails()[0]).toContain('From: "AWS Notifications" <');
  });

  it('encode a display name that is not ASCII', async () => {
    sns.service.createTopic({ name: 'alerts', displayName: 'Überwachung' });
    subscribe('email', 'desk@example.com');
    sns.service.publish(TopicArn, { message: 'x' });
    await sns.settle();
    expect(sns.emails()[0]).toContain(`From: =?UTF-8?B?${Buffer.from('Überwachung').toString('base64')}?= <`);
  });
});

describe('what functions and queues get', () => {
  const MessageAttributes = {
    severity: { DataType: 'String', StringValue: 'high' },
    chart: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
  };
  const publish = () =>
    sns.client.send(new PublishCommand({ TopicArn, Subject: 'S', Message: '<a & "b">', MessageAttributes }));

  it('is the Lambda event, whole', async () => {
    const { arn } = subscribe('lambda', FUNCTION_ARN);
    const { MessageId } = await publish();
    await sns.settle();
    expect(sns.delivered).toMatchObject([{ protocol: 'lambda', endpoint: FUNCTION_ARN }]);
    expect(JSON.parse(sns.delivered[0]?.payload.body ?? '')).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: arn,
          Sns: {
            Type: 'Notification',
            MessageId,
            TopicArn,
            Subject: 'S',
            Message: '<a & "b">',
            Timestamp: '2025-12-04T04:00:00.000Z',
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.stringContaining('https://sns.ap-south-1.amazonaws.com/'),
            UnsubscribeUrl: expect.stringContaining(arn),
            MessageAttributes: {
              severity: { Type: 'String', Value: 'high' },
              chart: { Type: 'Binary', Value: 'AQI=' },
            },
          },
        },
      ],
    });
  });

  it('is an envelope for a queue', async () => {
    subscribe('sqs', QUEUE_ARN);
    await publish();
    await sns.settle();
    const { payload } = sns.delivered[0] ?? {};
    expect(JSON.parse(payload?.body ?? '')).toMatchObject({ Type: 'Notification', Subject: 'S', TopicArn });
    expect(payload?.messageAttributes).toEqual({});
  });

  it('is the bare message, with SQS attributes, for a queue that wants it raw', async () => {
    subscribe('sqs', QUEUE_ARN, true);
    await publish();
    await sns.settle();
    expect(sns.delivered[0]?.payload).toEqual({
      body: '<a & "b">',
      messageAttributes: {
        severity: { DataType: 'String', StringValue: 'high' },
        chart: { DataType: 'Binary', BinaryValue: 'AQI=' },
      },
    });
  });

  it('differs by protocol under MessageStructure json', async () => {
    subscribe('email', 'desk@example.com');
    subscribe('sqs', QUEUE_ARN, true);
    const Message = JSON.stringify({ default: 'long', sqs: '{"short":1}' });
    await sns.client.send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json' }));
    await sns.settle();
    expect(sns.delivered[0]?.payload.body).toBe('{"short":1}');
    expect(sns.emails()[0]).toContain('\r\n\r\nlong\r\n');
  });
});

describe('retries', () => {
  it('waits as SNS does for AWS endpoints', () => {
    expect([1, 3, 4, 5].map(retryDelayMs)).toEqual([0, 0, 1000, 1000]);
    expect(retryDelayMs(6)).toBeGreaterThan(1000);
    expect([15, 16, 10_000].map(retryDelayMs)).toEqual([20_000, 20_000, 20_000]);
  });

  it('go on by the clock until it is delivered, once', async () => {
    subscribe('lambda', FUNCTION_ARN);
    sns.failures = 5;
    sns.service.publish(TopicArn, { message: 'x' });
    await sns.settle();
    expect(sns.attempts).toBe(4);
    expect(sns.service.pendingDeliveries()).toMatchObject([{ attempts: 4, lastError: 'endpoint is down' }]);
    await sns.clock.advanceTo(START_MS + 60_000);
    expect(sns.delivered.map(({ atMs }) => atMs - START_MS)).toEqual([2000]);
    expect(sns.service.pendingDeliveries()).toEqual([]);
  });

  it('survive a restart', async () => {
    subscribe('sqs', QUEUE_ARN, true);
    sns.failures = 20;
    const messageId = sns.service.publish(TopicArn, { message: 'keep me' });
    await sns.settle();
    await sns.restart();
    sns.failures = 0;
    await sns.clock.advanceTo(START_MS + 60_000);
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sns.delivered.map(({ payload }) => payload.body)).toEqual(['keep me']);
  });

  it('of one subscriber hold up no other', async () => {
    subscribe('lambda', FUNCTION_ARN);
    subscribe('email', 'desk@example.com');
    sns.failures = 1000;
    sns.service.publish(TopicArn, { message: 'x' });
    await sns.settle();
    expect(sns.emails()).toHaveLength(1);
    expect(sns.delivered).toEqual([]);
  });
});

describe('PublishBatch', () => {
  it('publishes the sound entries and reports the others', async () => {
    subscribe('sqs', QUEUE_ARN, true);
    const answer = await sns.client.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'one', MessageAttributes: { k: { DataType: 'Number', StringValue: '1' } } },
          { Id: 'b', Message: 'two', Subject: 'no\nnewline' },
          { Id: 'c', Message: 'three' },
        ],
      }),
    );
    await sns.settle();
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
    expect(sns.delivered.map(({ payload }) => payload.body)).toEqual(['one', 'three']);
    expect(sns.delivered[0]?.payload.messageAttributes).toEqual({
      k: { DataType: 'Number', StringValue: '1' },
    });
  });

  it('refuses an id twice', async () => {
    const PublishBatchRequestEntries = ['x', 'x'].map((Id) => ({ Id, Message: 'm' }));
    const refused = sns.client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    await expect(refused).rejects.toMatchObject({ name: expect.stringMatching(/^BatchEntryIdsNotDistinct/) });
  });
});

describe('topics and subscriptions', () => {
  it('are listed, and kept over a restart', async () => {
    const email = subscribe('email', 'desk@example.com');
    await sns.restart();
    expect((await sns.client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    const { Subscriptions } = await sns.client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([
      {
        SubscriptionArn: email.arn,
        Owner: '111122223333',
        Protocol: 'email',
        Endpoint: 'desk@example.com',
        TopicArn,
      },
    ]);
  });

  it('stay the same when made again, and go when unsubscribed', async () => {
    const first = subscribe('sqs', QUEUE_ARN);
    expect(subscribe('sqs', QUEUE_ARN).arn).toBe(first.arn);
    expect(sns.service.createTopic({ name: 'alerts' }).arn).toBe(TopicArn);
    sns.service.unsubscribe(first.arn);
    sns.service.publish(TopicArn, { message: 'x' });
    await sns.settle();
    expect(sns.attempts).toBe(0);
  });

  it.each([
    [
      'a filter on numbers',
      { protocol: 'sqs', filterPolicy: { lots: [{ numeric: ['>', 2] }] } },
      'FilterPolicy.lots',
    ],
    [
      'a filter of alternatives',
      { protocol: 'sqs', filterPolicy: { $or: [{ kind: ['a'] }] } },
      'FilterPolicy.$or',
    ],
    ['a redrive policy', { protocol: 'sqs', redrivePolicy: {} }, 'RedrivePolicy'],
    [
      'a protocol without local behaviour',
      { protocol: 'https' },
      'Protocol: expected email, lambda, sqs, was https',
    ],
    ['raw delivery to a function', { protocol: 'lambda', rawMessageDelivery: true }, 'RawMessageDelivery'],
  ])('refuse %s', (_what, definition, message) => {
    const subscribing = () =>
      sns.service.subscribe({ topicArn: TopicArn, endpoint: QUEUE_ARN, ...definition });
    expect(subscribing).toThrow(message);
  });

  it('refuse a FIFO topic', () => {
    expect(() => sns.service.createTopic({ name: 'a.fifo' })).toThrow('FIFO topic a.fifo');
  });
});

describe('errors', () => {
  it.each([
    ['an empty message', { Message: '' }, 'Empty message'],
    ['a subject beyond 100 characters', { Message: 'm', Subject: 'x'.repeat(101) }, 'Subject'],
    ['more than 256 KB', { Message: 'x'.repeat(262_145) }, 'was 262145'],
    [
      'JSON structure without default',
      { Message: '{"sqs":"a"}', MessageStructure: 'json' },
      'No default entry',
    ],
    ['JSON structure that is none', { Message: 'text', MessageStructure: 'json' }, 'failed to parse'],
  ])('refuse %s', async (_what, input, message) => {
    const refused = sns.client.send(new PublishCommand({ TopicArn, ...input }));
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(message) });
    await expect(refused).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) });
  });

  it('name a topic that does not exist', async () => {
    const missing = sns.client.send(new PublishCommand({ TopicArn: `${TopicArn}-none`, Message: 'm' }));
    await expect(missing).rejects.toMatchObject({ name: expect.stringMatching(/^NotFound/) });
    await expect(missing).rejects.toThrow(`${TopicArn}-none`);
  });

  it('name an operation that does not exist here', async () => {
    const unknown = sns.client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@b.c' }));
    await expect(unknown).rejects.toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('was Subscribe'),
    });
  });
});
