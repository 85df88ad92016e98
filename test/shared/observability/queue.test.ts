import type { Context, SQSEvent } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { logger } from '../../../shared/observability/logger.ts';
import { type Message, queueConsumer } from '../../../shared/observability/queue.ts';

vi.spyOn(logger, 'error').mockImplementation(() => {});

const event = (...bodies: string[]) =>
  ({ Records: bodies.map((body, at) => ({ messageId: `m${at}`, body })) }) as SQSEvent;
const consumed = async (given: SQSEvent, failing: readonly string[] = []) => {
  const seen: Message<unknown>[] = [];
  const consume = queueConsumer(async (messages) => {
    seen.push(...messages);
    return failing;
  });
  const { batchItemFailures } = await consume(given, {} as Context);
  return { seen, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
};

it('hands every message over with its JSON read, and reports none when all are done', async () => {
  expect(await consumed(event('{"a":1}', '[2]'))).toEqual({
    seen: [
      { id: 'm0', body: { a: 1 } },
      { id: 'm1', body: [2] },
    ],
    failed: [],
  });
});

it('names the messages that failed, each once', async () => {
  expect((await consumed(event('1', '2', '3'), ['m2', 'm0', 'm2'])).failed).toEqual(['m2', 'm0']);
});

it('fails a message that is not JSON alone', async () => {
  const { seen, failed } = await consumed(event('1', '{"half', '3'), ['m0']);
  expect(seen.map(({ id }) => id)).toEqual(['m0', 'm2']);
  expect(failed.sort()).toEqual(['m0', 'm1']);
});

it('fails a message that is not what the schema says alone', async () => {
  const seen: unknown[] = [];
  const consume = queueConsumer(
    async (messages) => {
      seen.push(...messages.map(({ body }) => body));
      return [];
    },
    z.object({ a: z.number() }),
  );
  const { batchItemFailures } = await consume(
    event('{"a":1}', '{"a":"x"}', 'null', '{"a":2}'),
    {} as Context,
  );
  expect(seen).toEqual([{ a: 1 }, { a: 2 }]);
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }]);
});

it('does not call the consumer without a readable message', async () => {
  expect(await consumed(event('{'))).toEqual({ seen: [], failed: ['m0'] });
});

it('fails the whole batch when the consumer throws', async () => {
  const consume = queueConsumer(() => Promise.reject(new Error('broken')));
  await expect(consume(event('1'), {} as Context)).rejects.toThrow('broken');
});
