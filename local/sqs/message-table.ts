import { randomUUID } from 'node:crypto';
import type { FifoSettings } from './fifo.ts';
import { attributesMd5, md5, type OutgoingMessage } from './message.ts';
import type { StateFile } from './state-file.ts';
import type { StoredMessage } from './store.ts';

export interface SentMessage {
  readonly messageId: string;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes: string | undefined;
  /** Its place in the order of the queue. */
  readonly sequence: number;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** A message as it is after a receive. */
export type TakenMessage = StoredMessage & { readonly receipt: string };

/** The rows of one queue. `sentAfterMs` leaves out what has outlived the retention period. */
export class MessageTable {
  readonly #file: StateFile;
  readonly #queue: string;

  constructor(file: StateFile, queue: string) {
    this.#file = file;
    this.#queue = queue;
  }

  insert(message: OutgoingMessage, nowMs: number, visibleAtMs: number): SentMessage {
    const attributes = message.attributes ?? {};
    const sent = {
      messageId: randomUUID(),
      md5OfBody: md5(message.body),
      md5OfMessageAttributes: attributesMd5(attributes),
    };
    const stored = this.#file.get<{ sequence: number }>(
      `INSERT INTO messages (queue, id, body, bodyMd5, attributes, attributesMd5, traceHeader, groupId, deduplicationId,
         sentMs, visibleAtMs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sequence`,
      this.#queue,
      sent.messageId,
      message.body,
      sent.md5OfBody,
      sent.md5OfMessageAttributes === undefined ? null : JSON.stringify(attributes),
      sent.md5OfMessageAttributes ?? null,
      message.traceHeader ?? null,
      message.groupId ?? null,
      message.deduplicationId ?? null,
      nowMs,
      visibleAtMs,
    ) as { sequence: number };
    return { ...sent, ...stored };
  }

  /** Keeps that a message of a FIFO queue was sent, so that it is known when it is sent again. */
  remember(message: OutgoingMessage, sent: SentMessage, fifo: FifoSettings, nowMs: number): void {
    this.#file.run(
      'INSERT OR REPLACE INTO sendings VALUES (?, ?, ?, ?, ?, ?)',
      this.#queue,
      scopeOf(message, fifo),
      message.deduplicationId ?? '',
      sent.messageId,
      sent.sequence,
      nowMs,
    );
  }

  /** What was answered for a message with the same deduplication id that was sent after `afterMs`. */
  sentSince(message: OutgoingMessage, fifo: FifoSettings, afterMs: number): SentMessage | undefined {
    const first = this.#file.get<{ messageId: string; sequence: number }>(
      `SELECT messageId, sequence FROM sendings
       WHERE queue = ? AND scope = ? AND deduplicationId = ? AND sentMs > ?`,
      this.#queue,
      scopeOf(message, fifo),
      message.deduplicationId ?? '',
      afterMs,
    );
    const md5OfMessageAttributes = attributesMd5(message.attributes ?? {});
    return first && { ...first, md5OfBody: md5(message.body), md5OfMessageAttributes };
  }

  /** Forgets what was sent at or before `sentMs`. */
  forget(sentMs: number): void {
    this.#file.run('DELETE FROM sendings WHERE queue = ? AND sentMs <= ?', this.#queue, sentMs);
  }

  /** Up to `limit` messages that can be received, those that became visible first in front. */
  visible(nowMs: number, sentAfterMs: number, limit: number): StoredMessage[] {
    return this.#file.all<StoredMessage>(
      `SELECT * FROM messages WHERE queue = ? AND visibleAtMs <= ? AND sentMs > ?
       ORDER BY visibleAtMs, sequence LIMIT ?`,
      this.#queue,
      nowMs,
      sentAfterMs,
      limit,
    );
  }

  /**
   * Up to `limit` messages that can be received of a FIFO queue, in the order sent. A group waits as a whole for what of
   * it is in flight, and behind a message that is still delayed.
   */
  nextOfGroups(nowMs: number, sentAfterMs: number, limit: number): StoredMessage[] {
    return this.#file.all<StoredMessage>(
      `SELECT * FROM messages WHERE sequence IN (
         SELECT sequence FROM messages AS one WHERE queue = ?1 AND visibleAtMs <= ?2 AND sentMs > ?3 AND NOT EXISTS (
           SELECT 1 FROM messages AS hidden
           WHERE hidden.queue = ?1 AND hidden.groupId = one.groupId AND hidden.visibleAtMs > ?2 AND hidden.sentMs > ?3
             AND (hidden.receiveCount > 0 OR hidden.sequence < one.sequence)
         ) ORDER BY sequence LIMIT ?4
       ) ORDER BY sequence`,
      this.#queue,
      nowMs,
      sentAfterMs,
      limit,
    );
  }

  isAnyVisible(nowMs: number, sentAfterMs: number): boolean {
    const found = this.#file.get(
      'SELECT 1 FROM messages WHERE queue = ? AND visibleAtMs <= ? AND sentMs > ? LIMIT 1',
      this.#queue,
      nowMs,
      sentAfterMs,
    );
    return found !== undefined;
  }

  /** When the next hidden message becomes visible, or null. */
  nextVisibleMs(nowMs: number): number | null {
    const row = this.#file.get<{ atMs: number | null }>(
      'SELECT min(visibleAtMs) AS atMs FROM messages WHERE queue = ? AND visibleAtMs > ?',
      this.#queue,
      nowMs,
    );
    return row?.atMs ?? null;
  }

  /** Counts a receive and hides the message until `visibleAtMs` under a new receipt handle. */
  take(stored: StoredMessage, nowMs: number, visibleAtMs: number): TakenMessage {
    const taken = {
      ...stored,
      visibleAtMs,
      receipt: `${stored.sequence.toString(36)}.${randomUUID()}`,
      receiveCount: stored.receiveCount + 1,
      firstReceivedMs: stored.firstReceivedMs ?? nowMs,
    };
    this.#file.run(
      'UPDATE messages SET visibleAtMs = ?, receiveCount = ?, firstReceivedMs = ?, receipt = ? WHERE sequence = ?',
      visibleAtMs,
      taken.receiveCount,
      taken.firstReceivedMs,
      taken.receipt,
      stored.sequence,
    );
    return taken;
  }

  /** Moves a message to its dead-letter queue, where it is visible at once and the last. */
  bury({ sequence }: StoredMessage, deadLetterQueue: string, nowMs: number): void {
    this.#file.run(
      `UPDATE messages SET queue = ?, visibleAtMs = ?, receiveCount = 0, firstReceivedMs = NULL, receipt = NULL,
         deduplicationId = iif(deduplicationId IS NULL, NULL, id), deadLetterSource = ?,
         sequence = (SELECT max(sequence) FROM messages) + 1
       WHERE sequence = ?`,
      deadLetterQueue,
      nowMs,
      this.#queue,
      sequence,
    );
  }

  /** @returns false when the handle is not the message's latest */
  delete(receiptHandle: string): boolean {
    const deleted = this.#file.run(
      'DELETE FROM messages WHERE sequence = ? AND queue = ? AND receipt = ?',
      sequenceOf(receiptHandle),
      this.#queue,
      receiptHandle,
    );
    return deleted === 1;
  }

  /** @returns false when the message is not in flight under this handle */
  hideUntil(receiptHandle: string, visibleAtMs: number, nowMs: number): boolean {
    const changed = this.#file.run(
      'UPDATE messages SET visibleAtMs = ? WHERE sequence = ? AND queue = ? AND receipt = ? AND visibleAtMs > ?',
      visibleAtMs,
      sequenceOf(receiptHandle),
      this.#queue,
      receiptHandle,
      nowMs,
    );
    return changed === 1;
  }

  depth(nowMs: number, sentAfterMs: number): QueueDepth {
    return this.#file.get<QueueDepth>(
      `SELECT count(*) FILTER (WHERE visibleAtMs <= ?1) AS visible,
              count(*) FILTER (WHERE visibleAtMs > ?1 AND receiveCount > 0) AS inFlight,
              count(*) FILTER (WHERE visibleAtMs > ?1 AND receiveCount = 0) AS delayed
       FROM messages WHERE queue = ?2 AND sentMs > ?3`,
      nowMs,
      this.#queue,
      sentAfterMs,
    ) as QueueDepth;
  }

  /** Deletes what was sent at or before `sentMs`. */
  discard(sentMs: number): void {
    this.#file.run('DELETE FROM messages WHERE queue = ? AND sentMs <= ?', this.#queue, sentMs);
  }

  purge(): void {
    this.#file.run('DELETE FROM messages WHERE queue = ?', this.#queue);
  }
}

function scopeOf({ groupId = '' }: OutgoingMessage, { deduplicationScope }: FifoSettings): string {
  return deduplicationScope === 'messageGroup' ? groupId : '';
}

function sequenceOf(receiptHandle: string): number {
  const sequence = Number.parseInt(receiptHandle.split('.')[0] ?? '', 36);
  return Number.isSafeInteger(sequence) ? sequence : -1;
}
