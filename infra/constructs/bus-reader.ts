import { type ITopic, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { StageQueue } from './stage-queue.ts';

/** What readers of the bus can choose by (shared/domain/audit/bus-entry.ts). */
type ChosenBy = 'kind' | 'exchange' | 'action' | 'status';

export interface BusReaderProps {
  /** Six times the reader's own timeout, and its window. */
  readonly visibilityTimeoutS: number;
  /** Only messages with one of these values in each named attribute; all messages when left out. */
  readonly only?: Readonly<Partial<Record<ChosenBy, readonly string[]>>>;
}

/**
 * One reader of a topic: a queue of its own, in which what it cannot take waits for it alone, and its dead letters. What
 * comes is the message as it was published, at least once and in any order.
 */
export class BusReader extends StageQueue {
  constructor(scope: Construct, id: string, { bus, only = {}, ...props }: BusReaderProps & { bus: ITopic }) {
    super(scope, id, props);
    const filterPolicy = Object.fromEntries(
      Object.entries(only).map(([name, values]) => [
        name,
        SubscriptionFilter.stringFilter({ allowlist: [...values] }),
      ]),
    );
    bus.addSubscription(
      new SqsSubscription(this.queue, {
        rawMessageDelivery: true,
        ...(Object.keys(filterPolicy).length === 0 ? {} : { filterPolicy }),
      }),
    );
  }
}
