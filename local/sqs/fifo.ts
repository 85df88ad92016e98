import { createHash } from 'node:crypto';
import type { OutgoingMessage } from './message.ts';
import { ServiceError } from './service-error.ts';

/** What makes a queue a FIFO queue, as its attributes of the same names say it. */
export interface FifoSettings {
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationScope: 'queue' | 'messageGroup';
  /** Kept and told; nothing is throttled here. */
  readonly throughputLimit: 'perQueue' | 'perMessageGroupId';
}

/** For so long after a message was sent another one with its deduplication id is taken and not stored. */
export const DEDUPLICATION_MS = 5 * 60_000;

/** How the names of FIFO queues end, and only theirs. */
export const FIFO_SUFFIX = '.fifo';

const IDENTIFIER = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/**
 * The message as a queue of this kind takes it: on a FIFO queue with a group, and an id by which it is known again.
 * @throws ServiceError where SQS refuses it
 */
export function addressed(message: OutgoingMessage, fifo: FifoSettings | undefined): OutgoingMessage {
  checkIdentifier('MessageGroupId', message.groupId);
  checkIdentifier('MessageDeduplicationId', message.deduplicationId);
  if (fifo === undefined) {
    if (message.deduplicationId === undefined) return message;
    throw notForThisType('MessageDeduplicationId', message.deduplicationId);
  }
  if (message.groupId === undefined) {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (message.delayS !== undefined && message.delayS !== 0)
    throw notForThisType('DelaySeconds', message.delayS);
  const deduplicationId = message.deduplicationId ?? contentId(message, fifo);
  if (deduplicationId !== undefined) return { ...message, delayS: undefined, deduplicationId };
  throw new ServiceError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** A stored message's number in its group's order as SQS writes it: 20 digits, so that it sorts as text. */
export function sequenceNumber(sequence: number): string {
  return `1${String(sequence).padStart(19, '0')}`;
}

function contentId({ body }: OutgoingMessage, fifo: FifoSettings): string | undefined {
  return fifo.contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined;
}

function checkIdentifier(name: string, value: string | undefined): void {
  if (value === undefined || IDENTIFIER.test(value)) return;
  const expected = '1 to 128 letters, digits and punctuation marks';
  throw new ServiceError('InvalidParameterValue', `${name}: expected ${expected}, was ${value}`);
}

function notForThisType(name: string, value: string | number): ServiceError {
  const reason = 'The request include parameter that is not valid for this queue type';
  return new ServiceError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: ${reason}.`,
  );
}
