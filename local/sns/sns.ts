import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LocalClock } from '../clock.ts';
import type { LocalService } from '../service.ts';
import { StateFile } from '../sqs/state-file.ts';
import { Deliveries, type Delivery, type PendingDelivery } from './deliveries.ts';
import { emailOf, writeToOutbox } from './email.ts';
import { passes } from './filter-policy.ts';
import { type Notification, type Payload, payloadFor, type Subscription } from './notification.ts';
import { checkedPublication, type Publication, type PublicationInput } from './publish.ts';
import { answerQuery } from './query-protocol.ts';
import { SNS_SCHEMA } from './schema.ts';
import { snsOperations } from './sns-operations.ts';
import { type SubscriptionDefinition, type Topic, Topics } from './topics.ts';

/** Hands a payload to a function or queue; settles when it has been accepted (not: processed), rejects to be tried again. */
export type Deliver = (protocol: 'lambda' | 'sqs', endpointArn: string, payload: Payload) => Promise<void>;

export interface SnsOptions {
  /** Folder of the topics' state and of `outbox/`, where e-mails go; made when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
  readonly deliver: Deliver;
  readonly accountId: string;
  readonly region: string;
}

export interface SnsService extends LocalService {
  createTopic(definition: { readonly name: string; readonly displayName?: string }): Topic;
  /** Refuses a protocol, filter policy or redrive policy that has no local behaviour, by name. */
  subscribe(definition: SubscriptionDefinition): Subscription;
  unsubscribe(subscriptionArn: string): void;
  /** Publishes from within this process; durable when it returns. @returns the message id */
  publish(topicArn: string, input: PublicationInput): string;
  /** Deliveries that are still under way or wait for a retry, oldest first. */
  pendingDeliveries(): PendingDelivery[];
}

/** The embedded SNS: what was published is delivered at least once to every subscriber, over restarts. */
export function createSns(options: SnsOptions): SnsService {
  const { clock, directory } = options;
  const file = new StateFile(directory, SNS_SCHEMA);
  const topics = new Topics(file, options.region, options.accountId);
  const deliveries = new Deliveries(file, clock, (delivery) => perform(delivery, options.deliver, directory));

  const publishAll = (topicArn: string, publications: readonly Publication[]): string[] => {
    const topic = topics.require(topicArn);
    const subscriptions = topics.subscriptions(topicArn);
    const published = publications.map((publication) => ({ publication, messageId: randomUUID() }));
    const pairs = published.flatMap(({ publication, messageId }) =>
      subscriptions
        .filter(({ filter }) => filter === null || passes(filter, publication.attributes))
        .map((subscription) => ({
          subscription,
          notification: notificationOf(publication, messageId, topic, subscription, clock.nowMs()),
        })),
    );
    deliveries.add(pairs);
    return published.map(({ messageId }) => messageId);
  };

  deliveries.resume();
  const operations = snsOperations(topics, publishAll, options.accountId);
  return {
    createTopic: ({ name, displayName }) => topics.create(name, displayName),
    subscribe: (definition) => topics.subscribe(definition),
    unsubscribe: (subscriptionArn) => topics.unsubscribe(subscriptionArn),
    publish: (topicArn, input) => publishAll(topicArn, [checkedPublication(input)])[0] as string,
    pendingDeliveries: () => deliveries.pending(),
    handle: async (request) => answerQuery(request, operations),
    close: async () => {
      await deliveries.close();
      file.close();
    },
  };
}

function notificationOf(
  publication: Publication,
  messageId: string,
  topic: Topic,
  subscription: Subscription,
  publishedMs: number,
): Notification {
  return {
    messageId,
    topicArn: topic.arn,
    displayName: topic.displayName,
    subject: publication.subject,
    message: publication.messageFor(subscription.protocol),
    attributes: publication.attributes,
    publishedMs,
  };
}

async function perform(delivery: Delivery, deliver: Deliver, directory: string): Promise<void> {
  const { id, notification, subscription } = delivery;
  if (subscription.protocol !== 'email') {
    return deliver(subscription.protocol, subscription.endpoint, payloadFor(notification, subscription));
  }
  const time = new Date(notification.publishedMs).toISOString().replaceAll(':', '');
  const name = `${time}-${notification.messageId.slice(0, 8)}-${id}`;
  writeToOutbox(join(directory, 'outbox'), name, emailOf(notification, subscription));
}
