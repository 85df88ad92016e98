import type * as z from 'zod';
import { describeIssue, plainWording } from '../shared/describe-issue.ts';
import { observationSchema } from '../shared/domain/alerts/observation.ts';
import { busEntrySchema } from '../shared/domain/audit/bus-entry.ts';
import { onlineArrivalSchema } from '../shared/domain/features/online-arrival.ts';
import { storedSnapshotSchema } from '../shared/domain/market/snapshot.ts';

/** What the consumer of a queue takes; of the other queues only the log knows why a message failed. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'to-batch': storedSnapshotSchema,
  'to-feature': onlineArrivalSchema,
  'to-archive': busEntrySchema,
  'to-alert': observationSchema,
};

/**
 * Why a queue's consumer could not handle a message, as far as the message itself tells. Example:
 * `legs[0].oi: expected 0 or more, was -5`.
 */
export function deadLetterReason(queue: string, body: string): string {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch (error) {
    return `message: expected JSON, was ${(error as Error).message}`;
  }
  const parsed = SCHEMAS[queue]?.safeParse(message);
  if (parsed?.success === false) return describeIssue(parsed.error.issues, message, plainWording('message'));
  return `the message is whole; the log of ${queue.replace('to-', '')}-queue says what went wrong`;
}
