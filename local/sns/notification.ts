import type { NotificationAttribute } from './attribute.ts';
import type { FilterPolicy } from './filter-policy.ts';

/** A published message, the same for every subscriber but for `message` (MessageStructure json). */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  /** The topic's display name, or null. */
  readonly displayName: string | null;
  readonly subject: string | null;
  readonly message: string;
  readonly attributes: Readonly<Record<string, NotificationAttribute>>;
  readonly publishedMs: number;
}

export const PROTOCOLS = ['email', 'lambda', 'sqs'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Raw message delivery, for sqs only. */
  readonly raw: boolean;
  /** Which messages it gets, by their attributes; null: all. */
  readonly filter: FilterPolicy | null;
}

/** What `deliver` gets: `body` is the Lambda event, or the SQS message body, as text. */
export interface Payload {
  readonly body: string;
  /** Only with raw delivery to SQS: the published attributes as SQS message attributes. */
  readonly messageAttributes: Readonly<
    Record<
      string,
      { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }
    >
  >;
}

/** The payload exactly as SNS builds it for the subscription's protocol. */
export function payloadFor(notification: Notification, subscription: Subscription): Payload {
  if (subscription.protocol === 'lambda') return plain(lambdaEvent(notification, subscription));
  if (subscription.raw) return { body: notification.message, messageAttributes: asSqs(notification) };
  return plain(envelope(notification, subscription));
}

function plain(content: object): Payload {
  return { body: JSON.stringify(content), messageAttributes: {} };
}

function lambdaEvent(notification: Notification, subscription: Subscription): object {
  const { SigningCertURL, UnsubscribeURL, ...common } = envelope(notification, subscription);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          ...common,
          Subject: notification.subject,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: notification.attributes,
        },
      },
    ],
  };
}

function envelope(notification: Notification, subscription: Subscription) {
  const region = notification.topicArn.split(':')[3];
  const host = `https://sns.${region}.amazonaws.com`;
  const { attributes, subject } = notification;
  return {
    Type: 'Notification',
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(subject === null ? {} : { Subject: subject }),
    Message: notification.message,
    Timestamp: new Date(notification.publishedMs).toISOString(),
    SignatureVersion: '1',
    // Only AWS holds the key; a subscriber that verifies signatures is told so by the words in its place.
    Signature: 'unsigned-local-notification',
    SigningCertURL: `${host}/SimpleNotificationService-local.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  };
}

function asSqs(notification: Notification): Payload['messageAttributes'] {
  return Object.fromEntries(
    Object.entries(notification.attributes).map(([name, { Type, Value }]) => [
      name,
      Type.startsWith('Binary')
        ? { DataType: Type, BinaryValue: Value }
        : { DataType: Type, StringValue: Value },
    ]),
  );
}
