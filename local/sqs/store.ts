import type { StateSchema } from './state-file.ts';

/** One stored message; times in epoch milliseconds. `receipt` is null until it is first received. */
export interface StoredMessage {
  readonly sequence: number;
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  /** MessageAttributes as JSON, or null when there are none. */
  readonly attributes: string | null;
  readonly attributesMd5: string | null;
  readonly traceHeader: string | null;
  readonly sentMs: number;
  readonly visibleAtMs: number;
  readonly receiveCount: number;
  readonly firstReceivedMs: number | null;
  readonly receipt: string | null;
  /** Name of the queue it was moved here from because it was received too often. */
  readonly deadLetterSource: string | null;
}

export const SQS_SCHEMA: StateSchema = {
  name: 'sqs',
  version: 1,
  sql: `
  CREATE TABLE queues (name TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    sentMs INTEGER NOT NULL,
    visibleAtMs INTEGER NOT NULL,
    receiveCount INTEGER NOT NULL DEFAULT 0,
    firstReceivedMs INTEGER,
    receipt TEXT,
    deadLetterSource TEXT,
    traceHeader TEXT,
    bodyMd5 TEXT NOT NULL,
    attributesMd5 TEXT,
    attributes TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_visibility ON messages (queue, visibleAtMs, sequence, sentMs, receiveCount);
  CREATE TABLE moves (handle TEXT PRIMARY KEY, source TEXT NOT NULL, task TEXT NOT NULL) STRICT;
  `,
};
