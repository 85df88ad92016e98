import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { RejectedInput, Temporary } from '../../../shared/errors.ts';
import { orderedQueueConsumer } from '../../../shared/observability/ordered-queue.ts';

let handled: string[];
let back: [receiptHandle: string, afterS: number][];
beforeEach(() => {
  handled = [];
  back = [];
});

const giveBack = async (receiptHandle: string, afterS: number) => void back.push([receiptHandle, afterS]);

/** Hands over messages `<group><number>`; those named fail for the reason given. */
async function deliver(
  ids: readonly string[],
  faults: Readonly<Record<string, Error>> = {},
  tries = 1,
  returning = giveBack,
) {
  const handler = orderedQueueConsumer({
    schema: z.string(),
    giveBack: returning,
    async consume(id) {
      handled.push(id);
      if (faults[id] !== undefined) throw faults[id];
    },
  });
  const Records = ids.map((id) => ({
    ...{ messageId: id, receiptHandle: `receipt ${id}` },
    body: id.endsWith('!') ? 'half a JS' : JSON.stringify(id),
    attributes: { MessageGroupId: id[0], ApproximateReceiveCount: String(tries) },
  }));
  const event = { Records } as unknown as SQSEvent;
  const { batchItemFailures } = await handler(event, {} as never);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

describe('orderedQueueConsumer', () => {
  it('handles each message once, in order', async () => {
    expect(await deliver(['a1', 'b1', 'a2'])).toEqual([]);
    expect([handled, back]).toEqual([['a1', 'b1', 'a2'], []]);
  });

  it('gives back, untouched, what stands behind a failed one of its group; other groups go on', async () => {
    const failed = await deliver(['a1', 'a2', 'b1', 'a3', 'b2'], { a2: new Temporary('busy') });
    expect(failed).toEqual(['a2', 'a3']);
    expect(handled).toEqual(['a1', 'a2', 'b1', 'b2']);
    expect(back).toEqual([
      ['receipt a2', 2],
      ['receipt a3', 0],
    ]);
  });

  it.each([
    [1, 2],
    [2, 8],
    [3, 30],
    [4, 60],
    [5, 0],
  ])('lets a reason that may pass come again: tried %i times, after %i s', async (tries, afterS) => {
    await deliver(['a1'], { a1: new Temporary('busy') }, tries);
    expect(back).toEqual([['receipt a1', afterS]]);
  });

  it.each([
    ['a reason that does not pass', ['a1', 'a2'], { a1: new RejectedInput('no') }],
    ['a message that cannot be read', ['a!', 'a2'], {}],
  ])('is done at once with %s', async (_what, ids, faults) => {
    expect(await deliver(ids, faults)).toEqual(ids);
    expect(back.map(([, afterS]) => afterS)).toEqual([0, 0]);
    expect(handled).not.toContain('a2');
  });

  it('says what failed also when it cannot be given back', async () => {
    const gone = () => Promise.reject(new Error('gone'));
    expect(await deliver(['a1', 'b1'], { a1: new Temporary('busy') }, 1, gone)).toEqual(['a1']);
  });
});
