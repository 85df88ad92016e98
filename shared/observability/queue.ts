import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger } from './logger.ts';

/** One message of a queue with its JSON read; `fail` gives it back to the queue. */
export interface Message<T> {
  readonly id: string;
  readonly body: T;
}

/**
 * Handles a batch and names the messages that failed; those come again, and after five tries wait in the dead-letter
 * queue. A message whose JSON cannot be read fails alone.
 */
export function queueConsumer<T>(consume: (messages: readonly Message<T>[]) => Promise<Iterable<string>>) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
    const { messages, unreadable } = read<T>(event.Records);
    const failed = messages.length === 0 ? [] : await consume(messages);
    const identifiers = new Set([...unreadable, ...failed]);
    return { batchItemFailures: [...identifiers].map((itemIdentifier) => ({ itemIdentifier })) };
  });
}

function read<T>(records: readonly SQSRecord[]): { messages: Message<T>[]; unreadable: string[] } {
  const messages: Message<T>[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of records) {
    try {
      messages.push({ id: messageId, body: JSON.parse(body) as T });
    } catch (error) {
      logger.error('message is not JSON', { messageId, error: error as Error });
      unreadable.push(messageId);
    }
  }
  return { messages, unreadable };
}
