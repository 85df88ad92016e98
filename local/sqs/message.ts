import { createHash } from 'node:crypto';
import { ServiceError } from './service-error.ts';

/** One message attribute as it travels: `BinaryValue` is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/**
 * A message before it is on a queue. `delayS` is whole seconds; without it the queue's own delay holds. `groupId` and
 * `deduplicationId` are what SQS calls MessageGroupId and MessageDeduplicationId.
 */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly traceHeader?: string;
  readonly delayS?: number | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

/** The most a message, or a whole batch of them, may hold: body, attribute names, types and values, in UTF-8 bytes. */
export const MAXIMUM_MESSAGE_BYTES = 1_048_576;

const MAXIMUM_ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!AWS\.|Amazon\.)[A-Za-z0-9_.-]{1,256}$/i;
const DATA_TYPE = /^(String|Number|Binary)(\.[\x20-\x7e]+)?$/;
// What XML 1.0 allows, which is what SQS allows.
const ALLOWED_TEXT = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

export function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * MD5 of message attributes as SQS defines it: by ascending name, each of name, type and value preceded by its
 * length as a big-endian 32-bit integer, the value also by one byte that says string (1) or binary (2).
 * Undefined when there are none.
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const attribute = attributes[name] as MessageAttribute;
    const kind = Buffer.from([attribute.BinaryValue === undefined ? 1 : 2]);
    return [
      sized(Buffer.from(name)),
      sized(Buffer.from(attribute.DataType)),
      kind,
      sized(bytesOf(attribute)),
    ];
  });
  return md5(Buffer.concat(parts));
}

/** Size in bytes as SQS counts it against `MAXIMUM_MESSAGE_BYTES`. */
export function messageBytes(message: OutgoingMessage): number {
  return Object.entries(message.attributes ?? {}).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesOf(attribute).length,
    Buffer.byteLength(message.body),
  );
}

/** Throws the ServiceError that SQS answers when the message itself is at fault. */
export function checkMessage(message: OutgoingMessage): void {
  if (message.body === '') {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (!ALLOWED_TEXT.test(message.body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'MessageBody: expected characters allowed in XML 1.0 only.',
    );
  }
  checkAttributes(message.attributes ?? {});
  const bytes = messageBytes(message);
  if (bytes > MAXIMUM_MESSAGE_BYTES) {
    const reason = `One or more parameters are invalid. Reason: Message must be shorter than ${MAXIMUM_MESSAGE_BYTES} bytes`;
    throw new ServiceError('InvalidParameterValue', `${reason}, was ${bytes}.`);
  }
}

function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MAXIMUM_ATTRIBUTES) {
    throw invalid(`expected at most ${MAXIMUM_ATTRIBUTES} message attributes, was ${names.length}`);
  }
  for (const name of names) checkAttribute(name, attributes[name] as MessageAttribute);
}

function checkAttribute(name: string, attribute: MessageAttribute): void {
  if (!ATTRIBUTE_NAME.test(name)) throw invalid(`message attribute name not allowed, was ${name}`);
  if (typeof attribute.DataType !== 'string' || !DATA_TYPE.test(attribute.DataType)) {
    throw invalid(`${name}: expected DataType String, Number or Binary, was ${attribute.DataType}`);
  }
  const binary = attribute.DataType.startsWith('Binary');
  const value = binary ? attribute.BinaryValue : attribute.StringValue;
  if (typeof value !== 'string' || value === '') {
    throw invalid(`${name}: expected a non-empty ${binary ? 'BinaryValue' : 'StringValue'}, was ${value}`);
  }
  if (!binary && !ALLOWED_TEXT.test(value))
    throw invalid(`${name}: expected characters allowed in XML 1.0 only`);
}

function bytesOf(attribute: MessageAttribute): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64');
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidParameterValue', reason);
}
