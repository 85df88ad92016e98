import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE definitions (id TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE machines (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, definition_id TEXT NOT NULL REFERENCES definitions (id),
  timeout_s INTEGER, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL);
CREATE TABLE executions (
  arn TEXT PRIMARY KEY, machine_arn TEXT NOT NULL, name TEXT NOT NULL,
  definition_id TEXT NOT NULL REFERENCES definitions (id), input TEXT NOT NULL, status TEXT NOT NULL,
  started_ms INTEGER NOT NULL, deadline_ms INTEGER, stopped_ms INTEGER, output TEXT, error TEXT, cause TEXT,
  ordinal INTEGER NOT NULL);
CREATE INDEX executions_by_machine ON executions (machine_arn, ordinal);
CREATE INDEX executions_by_status ON executions (status);
CREATE TABLE frames (
  execution_arn TEXT NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (execution_arn, path)) WITHOUT ROWID;
CREATE TABLE tokens (
  token TEXT PRIMARY KEY, execution_arn TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, heartbeat_ms INTEGER);
CREATE INDEX tokens_by_execution ON tokens (execution_arn);
CREATE TABLE events (
  execution_arn TEXT NOT NULL, id INTEGER NOT NULL, previous_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  type TEXT NOT NULL, details TEXT NOT NULL, PRIMARY KEY (execution_arn, id)) WITHOUT ROWID;
`;

/** Runs `work` in one transaction: all of its writes are kept, or none. Nested calls join the outer one. */
export type Transaction = <T>(work: () => T) => T;

export interface Database {
  readonly sql: DatabaseSync;
  readonly transaction: Transaction;
}

/** Opens (or makes) the state in `directory`. Refuses state of another schema version. */
export function openDatabase(directory: string): Database {
  mkdirSync(directory, { recursive: true });
  const sql = new DatabaseSync(join(directory, 'stepfunctions.sqlite'));
  sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  const version = sql.prepare('PRAGMA user_version').get()?.['user_version'];
  if (version === 0) sql.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
  else if (version !== SCHEMA_VERSION) {
    sql.close();
    throw new Error(
      `${directory}: expected Step Functions state of version ${SCHEMA_VERSION}, was ${version}`,
    );
  }
  return { sql, transaction: transactionOn(sql) };
}

function transactionOn(sql: DatabaseSync): Transaction {
  return (work) => {
    if (sql.isTransaction) return work();
    sql.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      sql.exec('COMMIT');
      return result;
    } catch (error) {
      sql.exec('ROLLBACK');
      throw error;
    }
  };
}
