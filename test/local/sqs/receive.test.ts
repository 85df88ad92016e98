import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, SqsFixture, settings } from './sqs-fixture.ts';

let sqs: SqsFixture;
let QueueUrl: string;
let turn = 0;

beforeAll(async () => {
  sqs = await SqsFixture.start();
});
afterAll(() => sqs.stop());
beforeEach(() => {
  turn += 1;
  QueueUrl = sqs.service.createQueue(settings(`receive-${turn}`)).url;
});

const queue = () => sqs.service.queue(`receive-${turn}`);
const inSeconds = (seconds: number) => sqs.clock.advanceTo(sqs.clock.nowMs() + seconds * 1000);
const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) =>
  (await sqs.client.send(new ReceiveMessageCommand({ QueueUrl, ...input }))).Messages ?? [];

describe('ReceiveMessage', () => {
  it('hides what it returns until the visibility timeout, then returns it again', async () => {
    queue().send([{ body: 'a' }]);
    const [first] = await receive();
    expect(await receive()).toEqual([]);
    await inSeconds(29);
    expect(await receive()).toEqual([]);
    await inSeconds(1);
    const [second] = await receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('returns up to ten, oldest first', async () => {
    queue().send(Array.from({ length: 12 }, (_, i) => ({ body: String(i) })));
    const bodies = (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Number(Body));
    expect(bodies).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await receive({ MaxNumberOfMessages: 10 })).toHaveLength(2);
  });

  it('returns each message once from one call even when it does not hide it', async () => {
    queue().send([{ body: 'a' }, { body: 'b' }]);
    expect(await receive({ MaxNumberOfMessages: 10, VisibilityTimeout: 0 })).toHaveLength(2);
    expect(await receive({ MaxNumberOfMessages: 10 })).toHaveLength(2);
  });

  it('returns the attributes that were asked for, system and message', async () => {
    await sqs.client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'a',
        MessageAttributes: {
          'trace.id': { DataType: 'String', StringValue: 'T1' },
          kind: { DataType: 'String', StringValue: 'snapshot' },
        },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5e' } },
      }),
    );
    const [bare] = await receive({ VisibilityTimeout: 0 });
    expect(bare).not.toHaveProperty('Attributes');
    expect(bare).not.toHaveProperty('MessageAttributes');
    const [some] = await receive({ VisibilityTimeout: 0, MessageAttributeNames: ['trace.*'] });
    expect(some?.MessageAttributes).toEqual({ 'trace.id': { DataType: 'String', StringValue: 'T1' } });
    const [all] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(Object.keys(all?.MessageAttributes ?? {}).sort()).toEqual(['kind', 'trace.id']);
    expect(all?.Attributes).toEqual({
      ApproximateReceiveCount: '3',
      SentTimestamp: String(sqs.clock.nowMs()),
      ApproximateFirstReceiveTimestamp: String(sqs.clock.nowMs()),
      SenderId: ACCOUNT,
      AWSTraceHeader: 'Root=1-5e',
    });
  });

  it('waits for a message that is sent while it polls', async () => {
    const polling = receive({ WaitTimeSeconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    queue().send([{ body: 'late' }]);
    expect(await polling).toMatchObject([{ Body: 'late' }]);
  });

  it('polls until the clock, not the host, says that the wait is over', async () => {
    const polling = receive({ WaitTimeSeconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await inSeconds(20);
    expect(await polling).toEqual([]);
  });

  it('delays a message by its own delay', async () => {
    queue().send([{ body: 'a', delayS: 60 }]);
    await inSeconds(59);
    expect(await receive()).toEqual([]);
    await inSeconds(1);
    expect(await receive()).toHaveLength(1);
  });

  it('forgets messages after the retention period', async () => {
    sqs.service.createQueue(settings(`receive-${turn}`, { retentionS: 120 }));
    queue().send([{ body: 'a' }]);
    await inSeconds(119);
    expect(queue().depth().visible).toBe(1);
    await inSeconds(1);
    expect(queue().depth().visible).toBe(0);
    expect(await receive()).toEqual([]);
  });

  it('refuses more than ten messages by naming the parameter', async () => {
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toThrow(
      /MaxNumberOfMessages.*1 to 10, was 11/,
    );
  });
});

describe('DeleteMessage', () => {
  it('deletes by the latest receipt handle; an older one deletes nothing', async () => {
    queue().send([{ body: 'a' }]);
    const [first] = await receive();
    await inSeconds(30);
    const [second] = await receive();
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(queue().depth().inFlight).toBe(1);
    await sqs.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    expect(queue().depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('reports malformed handles of a batch and deletes the rest', async () => {
    queue().send([{ body: 'a' }]);
    const [message] = await receive();
    const answer = await sqs.client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'ok', ReceiptHandle: message?.ReceiptHandle },
          { Id: 'no', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(answer.Successful).toEqual([{ Id: 'ok' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'no', Code: 'ReceiptHandleIsInvalid' }]);
    expect(queue().depth().inFlight).toBe(0);
  });
});

describe('ChangeMessageVisibility', () => {
  it('extends and ends the time out of sight', async () => {
    queue().send([{ body: 'a' }]);
    const [message] = await receive();
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 120 }),
    );
    await inSeconds(119);
    expect(await receive()).toEqual([]);
    await sqs.client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await receive()).toHaveLength(1);
  });

  it('refuses a message that is not in flight, also within a batch', async () => {
    queue().send([{ body: 'a' }]);
    const [message] = await receive();
    await inSeconds(30);
    const entry = { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 10 };
    const single = sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ...entry }));
    await expect(single).rejects.toMatchObject({ name: 'MessageNotInflight' });
    const batch = await sqs.client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ...entry }] }),
    );
    expect(batch.Failed).toMatchObject([{ Id: 'x', Code: 'MessageNotInflight' }]);
  });
});
