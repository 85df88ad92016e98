import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { describeIssue, plainWording } from '../describe-issue.ts';
import { RejectedInput } from '../errors.ts';
import { logger } from './logger.ts';

/** One message of a queue with its JSON read; `fail` gives it back to the queue. */
export interface Message<T> {
  readonly id: string;
  readonly body: T;
}

/**
 * Handles a batch and names the messages that failed; those come again, and after five tries wait in the dead-letter
 * queue. A message that is not JSON, or not what the schema says, fails alone and takes no other with it.
 */
export function queueConsumer<T>(
  consume: (messages: readonly Message<T>[]) => Promise<Iterable<string>>,
  schema?: z.ZodType<T>,
) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
    const { messages, unreadable } = read<T>(event.Records, schema);
    const failed = messages.length === 0 ? [] : await consume(messages);
    const identifiers = new Set([...unreadable, ...failed]);
    return { batchItemFailures: [...identifiers].map((itemIdentifier) => ({ itemIdentifier })) };
  });
}

function read<T>(
  records: readonly SQSRecord[],
  schema?: z.ZodType<T>,
): { messages: Message<T>[]; unreadable: string[] } {
  const messages: Message<T>[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of records) {
    try {
      messages.push({ id: messageId, body: readMessage(body, schema) });
    } catch (error) {
      logger.error('message cannot be read', { messageId, error: error as Error });
      unreadable.push(messageId);
    }
  }
  return { messages, unreadable };
}

/** A message's JSON. @throws SyntaxError or RejectedInput for one that is no JSON, or not what the schema says. */
export function readMessage<T>(text: string, schema?: z.ZodType<T>): T {
  const json: unknown = JSON.parse(text);
  const parsed = schema?.safeParse(json);
  if (parsed === undefined) return json as T;
  if (parsed.success) return parsed.data;
  throw new RejectedInput(describeIssue(parsed.error.issues, json, plainWording('message')));
}
