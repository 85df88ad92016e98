import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SqsFixture, settings } from './sqs-fixture.ts';

let sqs: SqsFixture;
let QueueUrl: string;
let turn = 0;

beforeAll(async () => {
  sqs = await SqsFixture.start();
});
afterAll(() => sqs.stop());
beforeEach(() => {
  turn += 1;
  QueueUrl = sqs.service.createQueue(settings(`send-${turn}`)).url;
});

const queue = () => sqs.service.queue(`send-${turn}`);

describe('SendMessage', () => {
  it('answers the id and MD5 of what the queue then holds', async () => {
    const sent = await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    expect(sent.MD5OfMessageBody).toBe('5d41402abc4b2a76b9719d911017c592');
    const [received] = queue().receive(10);
    expect(received).toMatchObject({ messageId: sent.MessageId, body: 'hello' });
  });

  it('computes the MD5 of attributes as SQS documents it', async () => {
    const sent = await sqs.client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'a',
        MessageAttributes: {
          zeta: { DataType: 'Number', StringValue: '42' },
          alpha: { DataType: 'Binary.png', BinaryValue: Buffer.from([0, 255]) },
        },
      }),
    );
    // Python: md5 over (len name)(name)(len type)(type)(1|2)(len value)(value), names ascending.
    expect(sent.MD5OfMessageAttributes).toBe('d973c93b675b898637362ad13537a229');
  });

  it('accepts a message of exactly 1 MiB and refuses one byte more', async () => {
    const body = 'x'.repeat(1_048_576);
    await sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    expect(queue().depth().visible).toBe(1);
    const tooLong = sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: `${body}x` }));
    await expect(tooLong).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(tooLong).rejects.toThrow('must be shorter than 1048576 bytes, was 1048577');
  });

  it.each([
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['a character XML does not allow', { MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
    ['a delay beyond 15 minutes', { MessageBody: 'a', DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'an attribute without a type',
      { MessageBody: 'a', MessageAttributes: { x: { DataType: 'Float', StringValue: '1' } } },
      'InvalidParameterValue',
    ],
    [
      'an attribute without a value',
      { MessageBody: 'a', MessageAttributes: { x: { DataType: 'String' } } },
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_what, input, name) => {
    await expect(sqs.client.send(new SendMessageCommand({ QueueUrl, ...input }))).rejects.toMatchObject({
      name,
    });
    expect(queue().depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('names a queue that does not exist, by both error codes', async () => {
    const missing = sqs.client.send(
      new SendMessageCommand({ QueueUrl: `${QueueUrl}-none`, MessageBody: 'a' }),
    );
    await expect(missing).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: expect.stringContaining(`send-${turn}-none`),
    });
  });
});

describe('a request that no SDK would send', () => {
  const post = async (operation: string, body: string) => {
    const response = await fetch(sqs.server.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `AmazonSQS.${operation}` },
      body,
    });
    return { status: response.status, ...((await response.json()) as object) };
  };

  it.each([
    ['a truncated body', '{"QueueUrl":', 'SerializationException'],
    ['a list', '[]', 'SerializationException'],
    ['attributes that are none', { MessageAttributes: { x: null } }, 'InvalidParameterValue'],
    ['a body that is no text', { MessageBody: 7 }, 'InvalidParameterValue'],
    ['an unknown system attribute', { MessageSystemAttributes: { X: {} } }, 'InvalidParameterValue'],
  ])('gets a 400 for %s', async (_what, input, type) => {
    const body = typeof input === 'string' ? input : JSON.stringify({ QueueUrl, MessageBody: 'a', ...input });
    expect(await post('SendMessage', body)).toMatchObject({ status: 400, __type: type });
    expect(queue().depth().visible).toBe(0);
  });
});

describe('SendMessageBatch', () => {
  const send = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
    sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  it('sends the sound entries and reports the others', async () => {
    const answer = await send([
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: 'b\u0001' },
      { Id: 'late', MessageBody: 'c', DelaySeconds: 60 },
      { Id: 'never', MessageBody: 'd', DelaySeconds: 6000 },
    ]);
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['good', 'late']);
    expect(answer.Failed).toMatchObject([
      { Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true },
      { Id: 'never', Code: 'InvalidParameterValue', SenderFault: true },
    ]);
    expect(queue().depth()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
  });

  it.each([
    ['no entry', [], 'EmptyBatchRequest'],
    ['eleven', Array.from({ length: 11 }, (_, i) => String(i)), 'TooManyEntriesInBatchRequest'],
    ['the same id twice', ['a', 'a'], 'BatchEntryIdsNotDistinct'],
    ['an id with a blank', ['a b'], 'InvalidBatchEntryId'],
  ])('refuses a batch with %s', async (_what, ids, name) => {
    const entries = ids.map((Id) => ({ Id, MessageBody: 'x' }));
    await expect(send(entries)).rejects.toMatchObject({ name });
    expect(queue().depth().visible).toBe(0);
  });

  it('refuses more than 1 MiB in one batch, though each entry is small enough', async () => {
    const half = 'x'.repeat(524_289);
    const entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: half }));
    await expect(send(entries)).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });

  it('takes thousands of messages a second', async () => {
    const entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: 'x'.repeat(2000) }));
    const startMs = performance.now();
    for (let batch = 0; batch < 50; batch += 1)
      queue().send(entries.map(({ MessageBody }) => ({ body: MessageBody })));
    const seconds = (performance.now() - startMs) / 1000;
    expect(queue().depth().visible).toBe(500);
    expect(500 / seconds).toBeGreaterThan(500);
  });
});
