import type { StateSchema } from '../sqs/state-file.ts';

export const SNS_SCHEMA: StateSchema = {
  name: 'sns',
  version: 1,
  sql: `
    CREATE TABLE topics (arn TEXT PRIMARY KEY, displayName TEXT) STRICT;
    CREATE TABLE subscriptions (
      arn TEXT PRIMARY KEY,
      topicArn TEXT NOT NULL REFERENCES topics (arn),
      protocol TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      raw INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      notification TEXT NOT NULL,
      subscription TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      nextAtMs INTEGER NOT NULL,
      lastError TEXT
    ) STRICT;
  `,
};
