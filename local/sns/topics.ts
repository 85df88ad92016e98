import { createHash } from 'node:crypto';
import { ServiceError } from '../sqs/service-error.ts';
import type { StateFile } from '../sqs/state-file.ts';
import { type FilterPolicy, filterPolicy } from './filter-policy.ts';
import { PROTOCOLS, type Protocol, type Subscription } from './notification.ts';

export interface Topic {
  readonly arn: string;
  readonly displayName: string | null;
}

export interface SubscriptionDefinition {
  readonly topicArn: string;
  /** `email`, `lambda` or `sqs`; any other is refused. */
  readonly protocol: string;
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  /** On message attributes; a policy without local behaviour is refused by name. */
  readonly filterPolicy?: unknown;
  /** Refused when present. */
  readonly redrivePolicy?: unknown;
}

const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;

/** Topics and their subscriptions, on disk. */
export class Topics {
  readonly #file: StateFile;
  readonly #arnPrefix: string;

  constructor(file: StateFile, region: string, accountId: string) {
    this.#file = file;
    // Beside the schema, whose version says whether older state can be read: it can.
    file.run('CREATE TABLE IF NOT EXISTS filters (subscription TEXT PRIMARY KEY, policy TEXT) STRICT');
    this.#arnPrefix = `arn:aws:sns:${region}:${accountId}:`;
  }

  /** Makes the topic or gives it a new display name. @throws Error for a FIFO topic */
  create(name: string, displayName: string | undefined): Topic {
    if (name.endsWith('.fifo')) throw new Error(`expected a standard topic, was the FIFO topic ${name}`);
    if (!TOPIC_NAME.test(name)) {
      throw new Error(`topic name: expected letters, digits, hyphens and underscores, was ${name}`);
    }
    const topic = { arn: this.#arnPrefix + name, displayName: displayName ?? null };
    this.#file.run(
      'INSERT INTO topics VALUES (?, ?) ON CONFLICT (arn) DO UPDATE SET displayName = excluded.displayName',
      topic.arn,
      topic.displayName,
    );
    return topic;
  }

  /** Subscribes, confirmed at once; the same endpoint again keeps its ARN. */
  subscribe(definition: SubscriptionDefinition): Subscription {
    const { topicArn, endpoint } = this.#checked(definition);
    const protocol = definition.protocol as Protocol;
    const subscription: Subscription = {
      arn: `${topicArn}:${endpointId(protocol, endpoint)}`,
      raw: definition.rawMessageDelivery ?? false,
      filter: filterPolicy(definition.filterPolicy, `subscription to ${topicArn}`),
      topicArn,
      protocol,
      endpoint,
    };
    this.#file.run(
      'INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?)',
      subscription.arn,
      topicArn,
      protocol,
      endpoint,
      subscription.raw ? 1 : 0,
    );
    this.#file.run(
      'INSERT OR REPLACE INTO filters VALUES (?, ?)',
      subscription.arn,
      subscription.filter === null ? null : JSON.stringify(subscription.filter),
    );
    return subscription;
  }

  unsubscribe(arn: string): void {
    this.#file.run('DELETE FROM subscriptions WHERE arn = ?', arn);
  }

  /** Up to `limit` topics by ARN, after the ARN `after`. */
  list(after: string, limit: number): Topic[] {
    return this.#file.all<Topic>('SELECT * FROM topics WHERE arn > ? ORDER BY arn LIMIT ?', after, limit);
  }

  /** @throws ServiceError NotFound */
  require(arn: string): Topic {
    const topic = this.#file.get<Topic>('SELECT * FROM topics WHERE arn = ?', arn);
    if (topic === undefined) throw new ServiceError('NotFound', `Topic does not exist, was ${arn}`, 404);
    return topic;
  }

  subscriptions(topicArn: string): Subscription[] {
    return this.#file
      .all<Omit<Subscription, 'raw' | 'filter'> & { raw: number; filter: string | null }>(
        'SELECT s.*, f.policy AS filter FROM subscriptions s LEFT JOIN filters f ON f.subscription = s.arn WHERE topicArn = ? ORDER BY arn',
        topicArn,
      )
      .map((row) => ({
        ...row,
        raw: row.raw === 1,
        filter: row.filter === null ? null : (JSON.parse(row.filter) as FilterPolicy),
      }));
  }

  #checked(definition: SubscriptionDefinition): SubscriptionDefinition {
    const { topicArn, protocol, redrivePolicy, rawMessageDelivery } = definition;
    const what = `subscription to ${topicArn}`;
    this.require(topicArn);
    if (!PROTOCOLS.includes(protocol as Protocol)) {
      throw new Error(`${what}, Protocol: expected ${PROTOCOLS.join(', ')}, was ${protocol}`);
    }
    if (redrivePolicy !== undefined) {
      throw new Error(`${what}, RedrivePolicy: expected none, was ${JSON.stringify(redrivePolicy)}`);
    }
    if (rawMessageDelivery === true && protocol !== 'sqs') {
      throw new Error(`${what}, RawMessageDelivery: expected it with protocol sqs only, was ${protocol}`);
    }
    return definition;
  }
}

/** A UUID-shaped id that is the same for the same endpoint. */
function endpointId(protocol: string, endpoint: string): string {
  const hash = createHash('sha256').update(`${protocol}\n${endpoint}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}
