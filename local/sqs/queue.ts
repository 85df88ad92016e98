import { randomUUID } from 'node:crypto';
import type { LocalClock, ScheduledTask } from '../clock.ts';
import { attributesMd5, type MessageAttributes, md5, type OutgoingMessage } from './message.ts';
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

export interface SentMessage {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes: string | undefined;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
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

/** One standard queue: at least once, roughly in order, nothing lost, a receipt handle deletes at most once. */
export class Queue {
  readonly #context: QueueContext;
  readonly #listeners = new Set<() => void>();
  #wake: { readonly atMs: number; readonly task: ScheduledTask } | undefined;

  #settings: QueueSettings;
  #nextDiscardMs = Number.NEGATIVE_INFINITY;

  constructor(settings: QueueSettings, context: QueueContext) {
    this.#settings = settings;
    this.#context = context;
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
      messages.map((message) => this.#insert(message, nowMs)),
    );
    this.changed();
    return sent;
  }

  /**
   * Takes up to `max` visible messages out of sight for `visibilityTimeoutMs`. A message that has used up its
   * receives is moved to the dead-letter queue instead.
   */
  receive(max: number, visibilityTimeoutMs = this.settings.visibilityTimeoutS * 1000): Message[] {
    const nowMs = this.#context.clock.nowMs();
    this.#discardExpired(nowMs);
    let buried = 0;
    const received = this.#context.store.relaxedTransaction(() => {
      let candidates = this.#visible(nowMs, max);
      while (candidates.some((candidate) => this.#isUsedUp(candidate))) {
        for (const candidate of candidates) {
          if (this.#isUsedUp(candidate)) buried += this.#bury(candidate, nowMs);
        }
        candidates = this.#visible(nowMs, max);
      }
      return candidates.map((candidate) => this.#take(candidate, nowMs, visibilityTimeoutMs));
    });
    if (buried > 0) this.#deadLetterQueue()?.changed();
    if (received.length > 0) this.#arm();
    return received;
  }

  /** Deletes by the latest receipt handles; older or unknown ones delete nothing. @returns deleted or not, one by one */
  delete(receiptHandles: readonly string[]): boolean[] {
    const deleted = this.#context.store.transaction(() =>
      receiptHandles.map(
        (handle) =>
          this.#context.store.run(
            'DELETE FROM messages WHERE sequence = ? AND queue = ? AND receipt = ?',
            sequenceOf(handle),
            this.settings.name,
            handle,
          ) === 1,
      ),
    );
    this.#arm();
    return deleted;
  }

  /** Makes messages visible again at once; each has been received once more. */
  release(receiptHandles: readonly string[]): boolean[] {
    return this.changeVisibility(receiptHandles.map((receiptHandle) => ({ receiptHandle, timeoutMs: 0 })));
  }

  /** @returns false for a handle whose message is not in flight under it */
  changeVisibility(
    changes: readonly { readonly receiptHandle: string; readonly timeoutMs: number }[],
  ): boolean[] {
    const nowMs = this.#context.clock.nowMs();
    const changed = this.#context.store.relaxedTransaction(() =>
      changes.map(
        ({ receiptHandle, timeoutMs }) =>
          this.#context.store.run(
            `UPDATE messages SET visibleAtMs = ?
             WHERE sequence = ? AND queue = ? AND receipt = ? AND visibleAtMs > ?`,
            nowMs + timeoutMs,
            sequenceOf(receiptHandle),
            this.settings.name,
            receiptHandle,
            nowMs,
          ) === 1,
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
    const row = this.#context.store.get<QueueDepth>(
      `SELECT count(*) FILTER (WHERE visibleAtMs <= ?1) AS visible,
              count(*) FILTER (WHERE visibleAtMs > ?1 AND receiveCount > 0) AS inFlight,
              count(*) FILTER (WHERE visibleAtMs > ?1 AND receiveCount = 0) AS delayed
       FROM messages WHERE queue = ?2 AND sentMs > ?3`,
      nowMs,
      this.settings.name,
      this.#expiryMs(nowMs),
    );
    return { visible: row?.visible ?? 0, inFlight: row?.inFlight ?? 0, delayed: row?.delayed ?? 0 };
  }

  purge(): void {
    this.#context.store.run('DELETE FROM messages WHERE queue = ?', this.settings.name);
    this.#arm();
  }

  /** Tells the listeners if something is visible, and waits for what becomes visible next. */
  changed(): void {
    this.#arm();
    if (this.#listeners.size === 0 || !this.#anyVisible()) return;
    for (const listener of [...this.#listeners]) listener();
  }

  close(): void {
    this.#wake?.task.cancel();
    this.#wake = undefined;
    this.#listeners.clear();
  }

  #insert(message: OutgoingMessage, nowMs: number): SentMessage {
    const attributes = message.attributes ?? {};
    const sent = {
      messageId: randomUUID(),
      md5OfBody: md5(message.body),
      md5OfMessageAttributes: attributesMd5(attributes),
    };
    this.#context.store.run(
      `INSERT INTO messages (queue, id, body, bodyMd5, attributes, attributesMd5, traceHeader, sentMs, visibleAtMs)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      this.settings.name,
      sent.messageId,
      message.body,
      sent.md5OfBody,
      sent.md5OfMessageAttributes === undefined ? null : JSON.stringify(attributes),
      sent.md5OfMessageAttributes ?? null,
      message.traceHeader ?? null,
      nowMs,
      nowMs + (message.delayS ?? this.settings.delayS) * 1000,
    );
    return sent;
  }

  #anyVisible(): boolean {
    const nowMs = this.#context.clock.nowMs();
    const found = this.#context.store.get(
      'SELECT 1 FROM messages WHERE queue = ? AND visibleAtMs <= ? AND sentMs > ? LIMIT 1',
      this.settings.name,
      nowMs,
      this.#expiryMs(nowMs),
    );
    return found !== undefined;
  }

  #visible(nowMs: number, limit: number): StoredMessage[] {
    return this.#context.store.all<StoredMessage>(
      `SELECT * FROM messages WHERE queue = ? AND visibleAtMs <= ? AND sentMs > ?
       ORDER BY visibleAtMs, sequence LIMIT ?`,
      this.settings.name,
      nowMs,
      this.#expiryMs(nowMs),
      limit,
    );
  }

  #take(stored: StoredMessage, nowMs: number, visibilityTimeoutMs: number): Message {
    const receipt = `${stored.sequence.toString(36)}.${randomUUID()}`;
    const received = {
      ...stored,
      receipt,
      receiveCount: stored.receiveCount + 1,
      firstReceivedMs: stored.firstReceivedMs ?? nowMs,
    };
    this.#context.store.run(
      'UPDATE messages SET visibleAtMs = ?, receiveCount = ?, firstReceivedMs = ?, receipt = ? WHERE sequence = ?',
      nowMs + visibilityTimeoutMs,
      received.receiveCount,
      received.firstReceivedMs,
      receipt,
      stored.sequence,
    );
    return this.#asMessage(received);
  }

  #asMessage(stored: StoredMessage & { readonly receipt: string }): Message {
    const { traceHeader, deadLetterSource } = stored;
    return {
      messageId: stored.id,
      receiptHandle: stored.receipt,
      body: stored.body,
      md5OfBody: stored.bodyMd5,
      attributes: {
        ApproximateReceiveCount: String(stored.receiveCount),
        SentTimestamp: String(stored.sentMs),
        SenderId: this.#context.accountId,
        ApproximateFirstReceiveTimestamp: String(stored.firstReceivedMs),
        ...(traceHeader === null ? {} : { AWSTraceHeader: traceHeader }),
        ...(deadLetterSource === null
          ? {}
          : { DeadLetterQueueSourceArn: this.#context.arn(deadLetterSource) }),
      },
      messageAttributes: stored.attributes === null ? {} : JSON.parse(stored.attributes),
      md5OfMessageAttributes: stored.attributesMd5 ?? undefined,
    };
  }

  #isUsedUp(stored: StoredMessage): boolean {
    return stored.receiveCount >= (this.settings.maxReceiveCount ?? Number.POSITIVE_INFINITY);
  }

  #bury(stored: StoredMessage, nowMs: number): number {
    return this.#context.store.run(
      `UPDATE messages SET queue = ?, visibleAtMs = ?, receiveCount = 0, firstReceivedMs = NULL, receipt = NULL,
         deadLetterSource = ? WHERE sequence = ?`,
      this.settings.deadLetterQueueName ?? null,
      nowMs,
      this.settings.name,
      stored.sequence,
    );
  }

  #deadLetterQueue(): Queue | undefined {
    const name = this.settings.deadLetterQueueName;
    return name === undefined ? undefined : this.#context.queue(name);
  }

  /** What was sent at or before this has outlived the retention period. */
  #expiryMs(nowMs: number): number {
    return nowMs - this.settings.retentionS * 1000;
  }

  /** Keeps one wake-up, no later than the moment the next hidden message becomes visible. */
  #arm(): void {
    const next = this.#context.store.get<{ atMs: number | null }>(
      'SELECT min(visibleAtMs) AS atMs FROM messages WHERE queue = ? AND visibleAtMs > ?',
      this.settings.name,
      this.#context.clock.nowMs(),
    )?.atMs;
    const pending = next !== null && next !== undefined;
    if (pending && this.#wake !== undefined && this.#wake.atMs <= next) return;
    this.#wake?.task.cancel();
    this.#wake = undefined;
    if (!pending) return;
    const task = this.#context.clock.schedule(next, () => {
      this.#wake = undefined;
      this.changed();
    });
    this.#wake = { atMs: next, task };
  }

  #discardExpired(nowMs: number): void {
    if (nowMs < this.#nextDiscardMs) return;
    this.#nextDiscardMs = nowMs + DISCARD_INTERVAL_MS;
    this.#context.store.run(
      'DELETE FROM messages WHERE queue = ? AND sentMs <= ?',
      this.settings.name,
      this.#expiryMs(nowMs),
    );
  }
}

function sequenceOf(receiptHandle: string): number {
  const sequence = Number.parseInt(receiptHandle.split('.')[0] ?? '', 36);
  return Number.isSafeInteger(sequence) ? sequence : -1;
}
