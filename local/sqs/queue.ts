import type { LocalClock, ScheduledTask } from '../clock.ts';
import { DEDUPLICATION_MS, type FifoSettings, sequenceNumber } from './fifo.ts';
import type { MessageAttributes, OutgoingMessage } from './message.ts';
import { MessageTable, type QueueDepth, type SentMessage, type TakenMessage } from './message-table.ts';
import type { StateFile } from './state-file.ts';
import type { StoredMessage } from './store.ts';

/** What a queue is created with; seconds as in CloudFormation. */
export interface QueueSettings {
  readonly name: string;
  readonly visibilityTimeoutS: number;
  readonly retentionS: number;
  readonly delayS: number;
  /** How long a ReceiveMessage without WaitTimeSeconds waits; 0 unless given. */
  readonly receiveWaitS?: number;
  /** After this many receives a message goes to `deadLetterQueueName` instead of being received again. */
  readonly maxReceiveCount?: number;
  readonly deadLetterQueueName?: string;
  /** A standard queue has none. */
  readonly fifo?: FifoSettings | undefined;
}

/** A message as it was received; `attributes` are the system attributes, all of them, as SQS writes them. */
export interface Message {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
  readonly md5OfMessageAttributes: string | undefined;
}

export interface VisibilityChange {
  readonly receiptHandle: string;
  /** From now on. */
  readonly timeoutMs: number;
}

export interface QueueContext {
  readonly store: StateFile;
  readonly clock: LocalClock;
  readonly accountId: string;
  queue(name: string): Queue;
  arn(name: string): string;
}

// Expired messages are never shown; how often they leave the disk is a matter of speed only.
const DISCARD_INTERVAL_MS = 60_000;

/**
 * One queue: at least once, nothing lost, a receipt handle deletes at most once. A standard queue is roughly in order. A
 * FIFO queue keeps the order of each group: nothing of it is handed out while an earlier message is hidden or any is
 * in flight, and what is sent twice within five minutes is stored once.
 */
export class Queue {
  readonly #context: QueueContext;
  readonly #table: MessageTable;
  readonly #listeners = new Set<() => void>();
  #settings: QueueSettings;
  #nextDiscardMs = Number.NEGATIVE_INFINITY;
  #wake: { readonly atMs: number; readonly task: ScheduledTask } | undefined;

  constructor(settings: QueueSettings, context: QueueContext) {
    this.#settings = settings;
    this.#context = context;
    this.#table = new MessageTable(context.store, settings.name);
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  /** New settings hold from the next call on; messages and listeners stay. */
  configure(settings: QueueSettings): void {
    this.#settings = settings;
  }

  /** Stores checked messages in one transaction; they are durable when this returns. */
  send(messages: readonly OutgoingMessage[]): SentMessage[] {
    const nowMs = this.#context.clock.nowMs();
    const sent = this.#context.store.transaction(() =>
      messages.map((message) => {
        const visibleAtMs = nowMs + (message.delayS ?? this.#settings.delayS) * 1000;
        return this.#sentBefore(message, nowMs) ?? this.#store(message, nowMs, visibleAtMs);
      }),
    );
    this.changed();
    return sent;
  }

  /**
   * Takes up to `max` visible messages out of sight for `visibilityTimeoutMs`. A message that has used up its
   * receives is moved to the dead-letter queue instead.
   */
  receive(max: number, visibilityTimeoutMs = this.#settings.visibilityTimeoutS * 1000): Message[] {
    const nowMs = this.#context.clock.nowMs();
    this.#discardExpired(nowMs);
    if (!this.#isAnyReceivable(nowMs)) return [];
    const { taken, buried } = this.#context.store.transaction(() => {
      const next = this.#receivable(max, nowMs);
      const take = (stored: StoredMessage) => this.#table.take(stored, nowMs, nowMs + visibilityTimeoutMs);
      return { taken: next.messages.map(take), buried: next.buried };
    });
    if (buried > 0) this.#deadLetterQueue()?.changed();
    if (taken.length > 0) this.#arm();
    return taken.map((message) => this.#asMessage(message));
  }

  /** Deletes by the latest receipt handles; older or unknown ones delete nothing. @returns deleted or not, one by one */
  delete(receiptHandles: readonly string[]): boolean[] {
    const deleted = this.#context.store.transaction(() =>
      receiptHandles.map((receiptHandle) => this.#table.delete(receiptHandle)),
    );
    // A group goes on when what held it is gone.
    if (this.#settings.fifo === undefined) this.#arm();
    else this.changed();
    return deleted;
  }

  /** Makes messages visible again at once; each has been received once more. */
  release(receiptHandles: readonly string[]): boolean[] {
    return this.changeVisibility(receiptHandles.map((receiptHandle) => ({ receiptHandle, timeoutMs: 0 })));
  }

  /** @returns false for a handle whose message is not in flight under it */
  changeVisibility(changes: readonly VisibilityChange[]): boolean[] {
    const nowMs = this.#context.clock.nowMs();
    const changed = this.#context.store.transaction(() =>
      changes.map(({ receiptHandle, timeoutMs }) =>
        this.#table.hideUntil(receiptHandle, nowMs + timeoutMs, nowMs),
      ),
    );
    this.changed();
    return changed;
  }

  /** Calls `listener`, which must not throw, when messages may have become visible. @returns how to stop it */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  depth(): QueueDepth {
    const nowMs = this.#context.clock.nowMs();
    return this.#table.depth(nowMs, this.#sentAfterMs(nowMs));
  }

  purge(): void {
    this.#table.purge();
    this.#arm();
  }

  /** Tells the listeners if something is visible, and waits for what becomes visible next. */
  changed(): void {
    this.#arm();
    const nowMs = this.#context.clock.nowMs();
    if (this.#listeners.size === 0 || !this.#isAnyReceivable(nowMs)) return;
    for (const listener of [...this.#listeners]) listener();
  }

  close(): void {
    this.#wake?.task.cancel();
    this.#wake = undefined;
    this.#listeners.clear();
  }

  #store(message: OutgoingMessage, nowMs: number, visibleAtMs: number): SentMessage {
    const sent = this.#table.insert(message, nowMs, visibleAtMs);
    const { fifo } = this.#settings;
    if (fifo !== undefined) this.#table.remember(message, sent, fifo, nowMs);
    return sent;
  }

  #sentBefore(message: OutgoingMessage, nowMs: number): SentMessage | undefined {
    const { fifo } = this.#settings;
    return fifo && this.#table.sentSince(message, fifo, nowMs - DEDUPLICATION_MS);
  }

  #isAnyReceivable(nowMs: number): boolean {
    if (this.#settings.fifo !== undefined) return this.#next(1, nowMs).length > 0;
    return this.#table.isAnyVisible(nowMs, this.#sentAfterMs(nowMs));
  }

  #next(max: number, nowMs: number): StoredMessage[] {
    const sentAfterMs = this.#sentAfterMs(nowMs);
    if (this.#settings.fifo !== undefined) return this.#table.nextOfGroups(nowMs, sentAfterMs, max);
    return this.#table.visible(nowMs, sentAfterMs, max);
  }

  /** The messages that come next, none of which has used up its receives; how many that had were moved. */
  #receivable(max: number, nowMs: number): { readonly messages: StoredMessage[]; readonly buried: number } {
    const { maxReceiveCount = Number.POSITIVE_INFINITY, deadLetterQueueName } = this.#settings;
    for (let buried = 0; ; ) {
      const messages = this.#next(max, nowMs);
      const usedUp = messages.filter(({ receiveCount }) => receiveCount >= maxReceiveCount);
      if (deadLetterQueueName === undefined || usedUp.length === 0) return { messages, buried };
      for (const message of usedUp) this.#table.bury(message, deadLetterQueueName, nowMs);
      buried += usedUp.length;
    }
  }

  #asMessage(taken: TakenMessage): Message {
    const { traceHeader, deadLetterSource, groupId, deduplicationId } = taken;
    return {
      messageId: taken.id,
      receiptHandle: taken.receipt,
      body: taken.body,
      md5OfBody: taken.bodyMd5,
      attributes: {
        ApproximateReceiveCount: String(taken.receiveCount),
        SentTimestamp: String(taken.sentMs),
        SenderId: this.#context.accountId,
        ApproximateFirstReceiveTimestamp: String(taken.firstReceivedMs),
        ...(groupId === null ? {} : { MessageGroupId: groupId }),
        ...(deduplicationId === null
          ? {}
          : { MessageDeduplicationId: deduplicationId, SequenceNumber: sequenceNumber(taken.sequence) }),
        ...(traceHeader === null ? {} : { AWSTraceHeader: traceHeader }),
        ...(deadLetterSource === null
          ? {}
          : { DeadLetterQueueSourceArn: this.#context.arn(deadLetterSource) }),
      },
      messageAttributes: taken.attributes === null ? {} : JSON.parse(taken.attributes),
      md5OfMessageAttributes: taken.attributesMd5 ?? undefined,
    };
  }

  #deadLetterQueue(): Queue | undefined {
    const name = this.#settings.deadLetterQueueName;
    return name === undefined ? undefined : this.#context.queue(name);
  }

  /** What was sent at or before this has outlived the retention period. */
  #sentAfterMs(nowMs: number): number {
    return nowMs - this.#settings.retentionS * 1000;
  }

  /** Keeps one wake-up, no later than the moment the next hidden message becomes visible. */
  #arm(): void {
    const next = this.#table.nextVisibleMs(this.#context.clock.nowMs());
    if (next !== null && this.#wake !== undefined && this.#wake.atMs <= next) return;
    this.#wake?.task.cancel();
    this.#wake = undefined;
    if (next === null) return;
    const task = this.#context.clock.schedule(next, () => {
      this.#wake = undefined;
      this.changed();
    });
    this.#wake = { atMs: next, task };
  }

  #discardExpired(nowMs: number): void {
    if (nowMs < this.#nextDiscardMs) return;
    this.#nextDiscardMs = nowMs + DISCARD_INTERVAL_MS;
    this.#table.discard(this.#sentAfterMs(nowMs));
    this.#table.forget(nowMs - DEDUPLICATION_MS);
  }
}
