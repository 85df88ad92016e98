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
  readonly groupId: string | null;
  readonly deduplicationId: string | null;
}

export const SQS_SCHEMA: StateSchema = {
  name: 'sqs',
  version: 2,
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
    groupId TEXT,
    deduplicationId TEXT,
    bodyMd5 TEXT NOT NULL,
    attributesMd5 TEXT,
    attributes TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_visibility ON messages (queue, visibleAtMs, sequence, sentMs, receiveCount);
  CREATE INDEX messages_by_group ON messages (queue, groupId, visibleAtMs) WHERE groupId IS NOT NULL;
  CREATE TABLE sendings (
    queue TEXT NOT NULL,
    scope TEXT NOT NULL,
    deduplicationId TEXT NOT NULL,
    messageId TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    sentMs INTEGER NOT NULL,
    PRIMARY KEY (queue, scope, deduplicationId)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE moves (handle TEXT PRIMARY KEY, source TEXT NOT NULL, task TEXT NOT NULL) STRICT;
  `,
};
