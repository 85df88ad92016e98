import type { LocalClock, ScheduledTask } from '../clock.ts';
import type { StateFile } from '../sqs/state-file.ts';
import type { Notification, Subscription } from './notification.ts';

interface DeliveryRow {
  readonly id: number;
  readonly notification: string;
  readonly subscription: string;
  readonly attempts: number;
  readonly nextAtMs: number;
}

export interface Delivery {
  readonly id: number;
  readonly notification: Notification;
  readonly subscription: Subscription;
}

/** A delivery that is under way (no attempts yet) or waits for its next attempt, and why. */
export interface PendingDelivery {
  readonly subscription: Subscription;
  readonly attempts: number;
  readonly nextAtMs: number;
  readonly lastError: string | null;
}

const IMMEDIATE_RETRIES = 3;
const QUICK_RETRIES = 2;
const BACKOFF_RETRIES = 10;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 20_000;

/**
 * How long SNS waits before the retry after `attempts` failures of an AWS endpoint: three at once, two after a
 * second, ten from 1 to 20 seconds, then every 20 seconds. Here that goes on until it is delivered.
 */
export function retryDelayMs(attempts: number): number {
  if (attempts <= IMMEDIATE_RETRIES) return 0;
  if (attempts <= IMMEDIATE_RETRIES + QUICK_RETRIES) return SHORTEST_MS;
  const step = Math.min(attempts - IMMEDIATE_RETRIES - QUICK_RETRIES, BACKOFF_RETRIES) / BACKOFF_RETRIES;
  return Math.round(SHORTEST_MS * (LONGEST_MS / SHORTEST_MS) ** step);
}

/** Deliveries that are under way: stored with the publish, removed when done, at least once, over restarts. */
export class Deliveries {
  readonly #file: StateFile;
  readonly #clock: LocalClock;
  readonly #perform: (delivery: Delivery) => Promise<void>;
  readonly #retries = new Map<number, ScheduledTask>();
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  constructor(file: StateFile, clock: LocalClock, perform: (delivery: Delivery) => Promise<void>) {
    this.#file = file;
    this.#clock = clock;
    this.#perform = perform;
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    for (const row of this.#file.all<DeliveryRow>('SELECT * FROM deliveries ORDER BY id')) {
      this.#startAt(Math.max(row.nextAtMs, this.#clock.nowMs()), row.id);
    }
  }

  /** Stores deliveries in one transaction, then starts them. */
  add(pairs: readonly { readonly notification: Notification; readonly subscription: Subscription }[]): void {
    const nowMs = this.#clock.nowMs();
    const ids = this.#file.transaction(() =>
      pairs.map(
        ({ notification, subscription }) =>
          this.#file.get<{ id: number }>(
            'INSERT INTO deliveries (notification, subscription, nextAtMs) VALUES (?, ?, ?) RETURNING id',
            JSON.stringify(notification),
            JSON.stringify(subscription),
            nowMs,
          )?.id,
      ),
    );
    for (const id of ids) if (id !== undefined) this.#start(id);
  }

  /** What is not delivered yet, oldest first. */
  pending(): PendingDelivery[] {
    return this.#file
      .all<DeliveryRow & { lastError: string | null }>('SELECT * FROM deliveries ORDER BY id')
      .map(({ subscription, attempts, nextAtMs, lastError }) => ({
        subscription: JSON.parse(subscription) as Subscription,
        attempts,
        nextAtMs,
        lastError,
      }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const retry of this.#retries.values()) retry.cancel();
    this.#retries.clear();
    await Promise.all(this.#running);
  }

  #startAt(atMs: number, id: number): void {
    const task = this.#clock.schedule(atMs, () => {
      this.#retries.delete(id);
      this.#start(id);
    });
    this.#retries.set(id, task);
  }

  #start(id: number): void {
    const work = this.#clock.track(this.#attempt(id)).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #attempt(id: number): Promise<void> {
    const row = this.#file.get<DeliveryRow>('SELECT * FROM deliveries WHERE id = ?', id);
    if (row === undefined) return;
    try {
      const notification = JSON.parse(row.notification) as Notification;
      await this.#perform({ id, notification, subscription: JSON.parse(row.subscription) as Subscription });
      this.#file.run('DELETE FROM deliveries WHERE id = ?', id);
    } catch (error) {
      this.#retryLater(row, error);
    }
  }

  #retryLater({ id, attempts }: DeliveryRow, error: unknown): void {
    const nextAtMs = this.#clock.nowMs() + retryDelayMs(attempts + 1);
    this.#file.run(
      'UPDATE deliveries SET attempts = ?, nextAtMs = ?, lastError = ? WHERE id = ?',
      attempts + 1,
      nextAtMs,
      error instanceof Error ? error.message : String(error),
      id,
    );
    if (!this.#isClosed) this.#startAt(nextAtMs, id);
  }
}
