import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { Temporary } from '../errors.ts';
import { logger } from './logger.ts';
import { readMessage } from './queue.ts';

/** Seconds until a message comes again that failed for a reason that may pass, by how often it was tried. */
const COMES_AGAIN_AFTER_S = [2, 8, 30, 60] as const;

/** Lets a message come again `afterS` seconds from now (shared/ports/return-message.ts). */
type GiveBack = (receiptHandle: string, afterS: number) => Promise<void>;

interface OrderedConsumer<T> {
  readonly schema: z.ZodType<T>;
  readonly consume: (body: T) => Promise<void>;
  readonly giveBack: GiveBack;
}

/**
 * Handles the messages of a FIFO queue one by one. One that fails holds its group: those behind it are given back
 * untouched, other groups go on. It is tried again soon where the reason may pass (Temporary), and at once where it
 * will not, so that it is out of the way, in the dead-letter queue, within seconds.
 */
export function orderedQueueConsumer<T>({ schema, consume, giveBack }: OrderedConsumer<T>) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
    const held = new Set<string>();
    const failed: { readonly record: SQSRecord; readonly afterS: number }[] = [];
    for (const record of Records) {
      const group = record.attributes.MessageGroupId ?? '';
      if (held.has(group)) {
        failed.push({ record, afterS: 0 });
        continue;
      }
      try {
        await consume(readMessage(record.body, schema));
      } catch (error) {
        logger.error('message not handled', { messageId: record.messageId, group, error: error as Error });
        held.add(group);
        failed.push({ record, afterS: comesAgainAfterS(record, error) });
      }
    }
    for (const { record, afterS } of failed) await returned(giveBack, record, afterS);
    return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  });
}

function comesAgainAfterS({ attributes }: SQSRecord, error: unknown): number {
  if (!(error instanceof Temporary)) return 0;
  // After the last try the queue buries it when it is asked for again.
  return COMES_AGAIN_AFTER_S[Number(attributes.ApproximateReceiveCount) - 1] ?? 0;
}

/** One that cannot be given back comes again after the visibility timeout. */
async function returned(giveBack: GiveBack, record: SQSRecord, afterS: number): Promise<void> {
  try {
    await giveBack(record.receiptHandle, afterS);
  } catch (error) {
    logger.warn('message not given back', { messageId: record.messageId, error: error as Error });
  }
}
