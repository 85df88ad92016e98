import type { Database } from './database.ts';

/** One entry of an execution's history; `details` are as GetExecutionHistory answers them. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousId: number;
  readonly atMs: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface HistoryQuery {
  readonly afterId?: number;
  readonly limit: number;
  readonly newestFirst: boolean;
}

export class EventStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Appends an event and returns its id (1, 2, 3 ... per execution). */
  append(executionArn: string, event: Omit<HistoryEvent, 'id'>): number {
    const row = this.#db.sql
      .prepare(
        `INSERT INTO events VALUES (?1, (SELECT coalesce(max(id), 0) + 1 FROM events WHERE execution_arn = ?1),
         ?2, ?3, ?4, ?5) RETURNING id`,
      )
      .get(executionArn, event.previousId, event.atMs, event.type, JSON.stringify(event.details));
    return row?.['id'] as number;
  }

  list(executionArn: string, query: HistoryQuery): HistoryEvent[] {
    const [direction, beyond] = query.newestFirst ? ['DESC', '<'] : ['ASC', '>'];
    const rows = this.#db.sql
      .prepare(
        `SELECT id, previous_id AS previousId, at_ms AS atMs, type, details FROM events
         WHERE execution_arn = ?1 AND (?2 IS NULL OR id ${beyond} ?2) ORDER BY id ${direction} LIMIT ?3`,
      )
      .all(executionArn, query.afterId ?? null, query.limit);
    return rows.map((row) => ({ ...row, details: JSON.parse(row['details'] as string) }) as HistoryEvent);
  }
}
