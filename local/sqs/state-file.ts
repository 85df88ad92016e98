import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export interface StateSchema {
  /** Name of the file without extension, also of the state in errors: `sqs`. */
  readonly name: string;
  readonly version: number;
  /** SQL that makes an empty file ready. */
  readonly sql: string;
}

type Parameter = string | number | null;

/**
 * A service's SQLite file: every `transaction` that has returned survives kill -9 (WAL). Like the embedded DynamoDB it
 * does not wait for the disk: a power loss may take the last moments, which a laptop's cloud may lose.
 */
export class StateFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isInTransaction = false;

  /** @throws Error when the file was written under another schema version */
  constructor(directory: string, schema: StateSchema) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, `${schema.name}.sqlite`));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
    this.#prepareSchema(schema);
  }

  /** Runs `work` all or nothing; a transaction inside another one joins it. */
  transaction<T>(work: () => T): T {
    if (this.#isInTransaction) return work();
    this.run('BEGIN IMMEDIATE');
    this.#isInTransaction = true;
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  all<Row>(sql: string, ...parameters: readonly Parameter[]): Row[] {
    return this.#statement(sql).all(...parameters) as Row[];
  }

  get<Row>(sql: string, ...parameters: readonly Parameter[]): Row | undefined {
    return this.#statement(sql).get(...parameters) as Row | undefined;
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

  #prepareSchema({ name, version, sql }: StateSchema): void {
    const found = this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
    if (found === version) return;
    if (found !== 0) {
      throw new Error(
        `${name} state: expected schema version ${version}, was ${found}; reset the local cloud`,
      );
    }
    this.transaction(() => {
      this.#database.exec(sql);
      this.#database.exec(`PRAGMA user_version = ${version}`);
    });
  }
}
