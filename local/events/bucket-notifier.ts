import type { LocalClock } from '../clock/contract.ts';
import type { S3Event } from '../s3/event.ts';
import { type NotificationConfiguration, notificationTargets } from './bucket-notifications.ts';
import { s3Event } from './s3-event.ts';

export interface BucketNotifierOptions {
  readonly clock: LocalClock;
  readonly region: string;
  /** Hands JSON text to a function or queue; durable once it resolves. */
  readonly send: (arn: string, payload: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Sends the notifications that buckets are configured for. */
export class BucketNotifier {
  readonly #options: BucketNotifierOptions;
  readonly #configurations = new Map<string, NotificationConfiguration>();

  constructor(options: BucketNotifierOptions) {
    this.#options = options;
  }

  configure(bucket: string, configuration: NotificationConfiguration): void {
    this.#configurations.set(bucket, configuration);
  }

  /** Takes a change of a bucket; what cannot be sent is reported, never thrown. */
  notify(event: S3Event): void {
    const configuration = this.#configurations.get(event.bucket);
    if (configuration === undefined) return;
    const { clock, region, send, onError } = this.#options;
    for (const { arn, configurationId } of notificationTargets(configuration, event)) {
      const payload = JSON.stringify(s3Event(event, configurationId, region, clock.nowMs()));
      clock.track(send(arn, payload)).catch(onError);
    }
  }
}
