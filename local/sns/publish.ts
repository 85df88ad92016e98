import { ServiceError } from '../sqs/service-error.ts';
import type { NotificationAttribute } from './attribute.ts';
import type { Protocol } from './notification.ts';
import { formList } from './query-protocol.ts';

/** What a publisher says, checked. */
export interface Publication {
  readonly subject: string | null;
  readonly attributes: Readonly<Record<string, NotificationAttribute>>;
  /** The text for subscribers of one protocol. */
  messageFor(protocol: Protocol): string;
}

export interface PublicationInput {
  readonly message: string;
  readonly subject?: string | undefined;
  /** `json` when `message` holds one text per protocol and a `default`. */
  readonly structure?: string | undefined;
  readonly attributes?: Readonly<Record<string, NotificationAttribute>>;
}

const MAXIMUM_BYTES = 262_144;
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,99}$/;
const ATTRIBUTE_TYPE = /^(String|String\.Array|Number|Binary)$/;

/** Reads Publish, or one entry of PublishBatch. */
export function publicationInput(form: URLSearchParams): PublicationInput {
  return {
    message: form.get('Message') ?? '',
    subject: form.get('Subject') ?? undefined,
    structure: form.get('MessageStructure') ?? undefined,
    attributes: Object.fromEntries(formList(form, 'MessageAttributes.entry').map(attribute)),
  };
}

/** @throws ServiceError InvalidParameter that names what is wrong */
export function checkedPublication(input: PublicationInput): Publication {
  const { message, subject, structure, attributes = {} } = input;
  if (message === '') throw invalid('Empty message');
  const bytes = publicationBytes(input);
  if (bytes > MAXIMUM_BYTES)
    throw invalid(`Message too long: expected at most ${MAXIMUM_BYTES} bytes, was ${bytes}`);
  if (subject !== undefined && !SUBJECT.test(subject)) {
    throw invalid(`Subject: expected 1 to 100 printable ASCII characters, was ${JSON.stringify(subject)}`);
  }
  return { subject: subject ?? null, attributes, messageFor: messages(message, structure) };
}

/** Size as SNS counts it: message, and names, types and values of attributes. */
export function publicationBytes({ message, attributes = {} }: PublicationInput): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { Type, Value }]) => sum + Buffer.byteLength(name + Type + Value),
    Buffer.byteLength(message),
  );
}

function messages(message: string, structure: string | undefined): (protocol: Protocol) => string {
  if (structure === undefined || structure === '') return () => message;
  if (structure !== 'json') throw invalid(`MessageStructure: expected json, was ${structure}`);
  const texts = parsed(message);
  const fallback = texts['default'];
  if (typeof fallback !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
  return (protocol) => {
    const text = texts[protocol];
    return typeof text === 'string' ? text : fallback;
  };
}

function parsed(message: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw invalid('Message Structure - JSON message body failed to parse');
}

function attribute(form: URLSearchParams): [string, NotificationAttribute] {
  const name = form.get('Name') ?? '';
  const Type = form.get('Value.DataType') ?? '';
  if (name === '') throw invalid('MessageAttributes: expected a Name for each, was none');
  if (!ATTRIBUTE_TYPE.test(Type)) {
    throw invalid(`${name}: expected DataType String, String.Array, Number or Binary, was ${Type || 'none'}`);
  }
  const Value = form.get(Type === 'Binary' ? 'Value.BinaryValue' : 'Value.StringValue') ?? '';
  if (Value === '') throw invalid(`${name}: expected a non-empty value, was none`);
  return [name, { Type, Value }];
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${message}`);
}
