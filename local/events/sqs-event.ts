import { createHash } from 'node:crypto';
import type { Message } from '../sqs/queue.ts';

/** The event of an SQS event source mapping: one record per message, whole, as Lambda builds it. */
export function sqsEvent(messages: readonly Message[], queueArn: string) {
  return { Records: messages.map((message) => sqsRecord(message, queueArn)) };
}

function sqsRecord(message: Message, queueArn: string) {
  const attributes = Object.entries(message.messageAttributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(attributes),
    ...(message.md5OfMessageAttributes === undefined
      ? {}
      : { md5OfMessageAttributes: message.md5OfMessageAttributes }),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

/**
 * A received message for tests of handlers, as the local SQS would hand it out.
 *
 * @example sqsEvent([sqsMessage('{"a":1}')], 'arn:aws:sqs:ap-south-1:000000000000:to-batch')
 */
export function sqsMessage(
  body: string,
  messageId = '00000000-0000-4000-8000-000000000000',
  receiveCount = 1,
): Message {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    md5OfBody: createHash('md5').update(body).digest('hex'),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1764806400000',
      SenderId: '000000000000',
      ApproximateFirstReceiveTimestamp: '1764806400000',
    },
    messageAttributes: {},
    md5OfMessageAttributes: undefined,
  };
}
