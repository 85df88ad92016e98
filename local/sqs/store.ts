import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';

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

const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE queues (name TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    bodyMd5 TEXT NOT NULL,
    attributes TEXT,
    attributesMd5 TEXT,
    traceHeader TEXT,
    sentMs INTEGER NOT NULL,
    visibleAtMs INTEGER NOT NULL,
    receiveCount INTEGER NOT NULL DEFAULT 0,
    firstReceivedMs INTEGER,
    receipt TEXT,
    deadLetterSource TEXT
  ) STRICT;
  CREATE INDEX messages_by_visibility ON messages (queue, visibleAtMs, sequence);
  CREATE TABLE moves (handle TEXT PRIMARY KEY, source TEXT NOT NULL, task TEXT NOT NULL) STRICT;
`;

type Parameter = string | number | null;
export type Row = Record<string, SQLOutputValue>;

/** The queues' SQLite file: every `transaction` that has returned survives kill -9 and power loss (WAL, FULL). */
export class SqsStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'sqs.sqlite'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
    this.#migrate();
  }

  /** Runs `work` all or nothing; a transaction inside another one joins it. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#database.exec('BEGIN IMMEDIATE');
    this.#depth += 1;
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  all<T>(sql: string, ...parameters: readonly Parameter[]): T[] {
    return this.#statement(sql).all(...parameters) as T[];
  }

  get<T>(sql: string, ...parameters: readonly Parameter[]): T | undefined {
    return this.#statement(sql).get(...parameters) as T | undefined;
  }

  /** @returns how many rows changed */
  run(sql: string, ...parameters: readonly Parameter[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  close(): void {
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const prepared = this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #migrate(): void {
    const version = Number(this.get<Row>('PRAGMA user_version')?.['user_version']);
    if (version === SCHEMA_VERSION) return;
    if (version !== 0) {
      throw new Error(
        `sqs state: expected schema version ${SCHEMA_VERSION}, was ${version}; reset the local cloud`,
      );
    }
    this.transaction(() => {
      this.#database.exec(SCHEMA);
      this.#database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  }
}
