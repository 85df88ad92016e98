import type { Database } from './database.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution; `input` and `output` are JSON text. Instants are epoch milliseconds. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly definitionId: string;
  readonly input: string;
  readonly status: ExecutionStatus;
  readonly startedMs: number;
  readonly deadlineMs: number | null;
  readonly stoppedMs: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /** Counts the executions in the order in which they were started. */
  readonly ordinal: number;
}

export interface ExecutionEnd {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly stoppedMs: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionQuery {
  readonly machineArn: string;
  readonly status?: string;
  readonly beforeOrdinal?: number;
  readonly limit: number;
}

const SELECT = `SELECT arn, machine_arn AS machineArn, name, definition_id AS definitionId, input, status,
  started_ms AS startedMs, deadline_ms AS deadlineMs, stopped_ms AS stoppedMs, output, error, cause, ordinal
  FROM executions`;

export class ExecutionStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  insert(
    execution: Omit<ExecutionRecord, 'ordinal' | 'status' | 'stoppedMs' | 'output' | 'error' | 'cause'>,
  ): void {
    this.#db.sql
      .prepare(
        `INSERT INTO executions (arn, machine_arn, name, definition_id, input, status, started_ms, deadline_ms, ordinal)
         VALUES (?, ?, ?, ?, ?, 'RUNNING', ?, ?, (SELECT coalesce(max(ordinal), 0) + 1 FROM executions))`,
      )
      .run(
        execution.arn,
        execution.machineArn,
        execution.name,
        execution.definitionId,
        execution.input,
        execution.startedMs,
        execution.deadlineMs,
      );
  }

  get(arn: string): ExecutionRecord | undefined {
    return this.#db.sql.prepare(`${SELECT} WHERE arn = ?`).get(arn) as ExecutionRecord | undefined;
  }

  running(): ExecutionRecord[] {
    const rows = this.#db.sql.prepare(`${SELECT} WHERE status = 'RUNNING' ORDER BY ordinal`).all();
    return rows as unknown as ExecutionRecord[];
  }

  /** The newest first, as ListExecutions answers. */
  list(query: ExecutionQuery): ExecutionRecord[] {
    const rows = this.#db.sql
      .prepare(
        `${SELECT} WHERE machine_arn = ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR ordinal < ?3)
         ORDER BY ordinal DESC LIMIT ?4`,
      )
      .all(query.machineArn, query.status ?? null, query.beforeOrdinal ?? null, query.limit);
    return rows as unknown as ExecutionRecord[];
  }

  /** Ends a running execution; false when it has ended already. */
  finish(arn: string, end: ExecutionEnd): boolean {
    const { changes } = this.#db.sql
      .prepare(
        `UPDATE executions SET status = ?, stopped_ms = ?, output = ?, error = ?, cause = ?
         WHERE arn = ? AND status = 'RUNNING'`,
      )
      .run(end.status, end.stoppedMs, end.output ?? null, end.error ?? null, end.cause ?? null, arn);
    return changes === 1;
  }
}
