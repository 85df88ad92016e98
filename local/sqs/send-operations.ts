import type { JsonObject, Operation } from './aws-json.ts';
import { answerBatch, batchEntries } from './batch.ts';
import { addressed, sequenceNumber } from './fifo.ts';
import { optionalInteger, optionalObjects, optionalString, requiredString } from './input.ts';
import {
  attributesMd5,
  checkMessage,
  MAXIMUM_MESSAGE_BYTES,
  type MessageAttributes,
  messageBytes,
  type OutgoingMessage,
} from './message.ts';
import type { SentMessage } from './message-table.ts';
import type { Queue } from './queue.ts';
import { ServiceError } from './service-error.ts';

const MAXIMUM_DELAY_S = 900;

/** SendMessage and SendMessageBatch; a batch is one transaction, its faulty entries are reported one by one. */
export function sendOperations(queueOf: (input: JsonObject) => Queue): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['SendMessage', (input) => sendOne(queueOf(input), input)],
    ['SendMessageBatch', (input) => sendBatch(queueOf(input), input)],
  ]);
}

function sendOne(queue: Queue, input: JsonObject): JsonObject {
  const message = outgoing(queue, input);
  return describe(queue, queue.send([message])[0] as SentMessage, message);
}

function sendBatch(queue: Queue, input: JsonObject): unknown {
  const entries = batchEntries(input);
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(queue, entry.input), 0);
  if (bytes > MAXIMUM_MESSAGE_BYTES) {
    const reason = `Batch requests cannot be longer than ${MAXIMUM_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`;
    throw new ServiceError('BatchRequestTooLong', reason);
  }
  return answerBatch(
    entries,
    (entry) => outgoing(queue, entry),
    (messages) =>
      queue.send(messages).map((sent, index) => describe(queue, sent, messages[index] as OutgoingMessage)),
  );
}

/** Size of an entry for the limit of the whole batch; an entry that is refused counts with its body alone. */
function entryBytes(queue: Queue, input: JsonObject): number {
  try {
    return messageBytes(outgoing(queue, input));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return Buffer.byteLength(String(input['MessageBody'] ?? ''));
  }
}

/** @throws ServiceError when SQS would refuse the message */
function outgoing(queue: Queue, input: JsonObject): OutgoingMessage {
  const delayS = optionalInteger(input, 'DelaySeconds', 0, MAXIMUM_DELAY_S);
  const traceHeader = traceHeaderOf(optionalObjects(input, 'MessageSystemAttributes'));
  const message = {
    body: requiredString(input, 'MessageBody'),
    attributes: optionalObjects(input, 'MessageAttributes') as unknown as MessageAttributes,
    ...(delayS === undefined ? {} : { delayS }),
    ...(traceHeader === undefined ? {} : { traceHeader }),
    groupId: optionalString(input, 'MessageGroupId'),
    deduplicationId: optionalString(input, 'MessageDeduplicationId'),
  };
  checkMessage(message);
  return addressed(message, queue.settings.fifo);
}

function traceHeaderOf(system: Readonly<Record<string, JsonObject>>): string | undefined {
  const unknown = Object.keys(system).find((name) => name !== 'AWSTraceHeader');
  if (unknown !== undefined) {
    throw new ServiceError(
      'InvalidParameterValue',
      `expected system attribute AWSTraceHeader, was ${unknown}`,
    );
  }
  const header = system['AWSTraceHeader'];
  return header === undefined ? undefined : requiredString(header, 'StringValue');
}

function describe({ settings }: Queue, sent: SentMessage, message: OutgoingMessage): JsonObject {
  const { traceHeader } = message;
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: sent.md5OfBody,
    MD5OfMessageAttributes: sent.md5OfMessageAttributes,
    MD5OfMessageSystemAttributes:
      traceHeader === undefined
        ? undefined
        : attributesMd5({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } }),
    SequenceNumber: settings.fifo && sequenceNumber(sent.sequence),
  };
}
