import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inBatches, sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { aStoredSnapshot } from '../factories/snapshot.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

const LIMIT = 1_048_576;

describe('MessageQueue on SQS', () => {
  it.each([0, 1, 10, 11, 95])('sends all of %i messages once', async (count) => {
    const url = cloud.queue();
    const messages = Array.from({ length: count }, (_, at) => ({ at, text: 'Straße ₹ "\n' }));
    await sqsMessageQueue(cloud.sqs, url).sendAll(messages);
    const got = cloud.drain(url) as { at: number }[];
    expect(got.sort((a, b) => a.at - b.at)).toEqual(messages);
  });

  it('carries whole chains whose sum is far above the limit of one batch', async () => {
    const url = cloud.queue();
    const chain = aStoredSnapshot();
    const messages = Array.from({ length: 12 }, (_, at) => ({ ...chain, at, note: 'x'.repeat(200_000) }));
    await sqsMessageQueue(cloud.sqs, url).sendAll(messages);
    expect(cloud.drain(url)).toHaveLength(12);
  });

  it('says RejectedInput for a message too large alone and sends nothing', async () => {
    const url = cloud.queue();
    const call = sqsMessageQueue(cloud.sqs, url).sendAll(['small', 'x'.repeat(LIMIT)]);
    await expect(call).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(cloud.drain(url)).toEqual([]);
  });

  it('fails when the queue is not there', async () => {
    const call = sqsMessageQueue(cloud.sqs, `${cloud.queue()}-gone`).sendAll(['a']);
    await expect(call).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('inBatches', () => {
  it('keeps every body in order, within ten a batch and the size limit, no batch empty', () => {
    const bodies = fc.array(
      fc.integer({ min: 0, max: 400_000 }).map((size) => 'x'.repeat(size)),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(bodies, (given) => {
        const batches = inBatches(given);
        expect(batches.flat()).toEqual(given);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.join('').length).toBeLessThanOrEqual(LIMIT);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('counts bytes, not characters', () => {
    const body = '₹'.repeat(200_000);
    expect(inBatches([body, body]).map((batch) => batch.length)).toEqual([1, 1]);
    expect(() => inBatches(['₹'.repeat(350_000)])).toThrow(/expected at most 1048576 bytes, was 1050000/);
  });
});
