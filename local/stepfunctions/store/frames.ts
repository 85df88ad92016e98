import type { Database } from './database.ts';

/** What a state has already settled on, so that a restart does not decide it again. */
export interface Progress {
  /** How often the state has been tried before (Retry). */
  attempt: number;
  /** Retries taken per retrier, by its position. */
  readonly retries: number[];
  /** When a Wait or a retry interval ends. */
  wakeMs?: number;
  /** When the running attempt times out. */
  deadlineMs?: number;
  /** The items of a Map, evaluated once. */
  items?: unknown[];
  /** The branches of a Parallel have been started. */
  begun?: boolean;
  /** The token of a waitForTaskToken attempt, and whether its task has been invoked. */
  token?: string;
  invoked?: boolean;
}

/** One thread of an execution: the whole machine, a Map iteration or a Parallel branch. */
export interface Frame {
  /** `/` for the machine; below it `/<visit>.<attempt>:<index>/` for iterations and branches. */
  readonly path: string;
  /** The state the frame is in. */
  state: string;
  input: unknown;
  variables: Record<string, unknown>;
  enteredMs: number;
  /** Counts the states the frame has entered. */
  visit: number;
  progress: Progress;
  /** The frame's item of a Map, as `$states.context.Map.Item` shows it. */
  readonly item?: { readonly Index: number; readonly Value: unknown };
  /** The last history event of the frame. */
  lastEventId: number;
  /** How the frame ended, once it has. */
  outcome?: { readonly output: unknown } | { readonly error: string; readonly cause: string };
}

export class FrameStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  save(executionArn: string, frame: Frame): void {
    const status = frame.outcome === undefined ? 'running' : 'ended';
    this.#db.sql
      .prepare('INSERT OR REPLACE INTO frames VALUES (?, ?, ?, ?)')
      .run(executionArn, frame.path, status, JSON.stringify(frame));
  }

  load(executionArn: string, path: string): Frame | undefined {
    const row = this.#db.sql
      .prepare('SELECT body FROM frames WHERE execution_arn = ? AND path = ?')
      .get(executionArn, path);
    return row === undefined ? undefined : (JSON.parse(row['body'] as string) as Frame);
  }

  /** Drops all frames below `path` (not itself). */
  deleteBelow(executionArn: string, path: string): void {
    this.#db.sql
      .prepare(
        'DELETE FROM frames WHERE execution_arn = ?1 AND path > ?2 AND substr(path, 1, length(?2)) = ?2',
      )
      .run(executionArn, path);
  }

  deleteAll(executionArn: string): void {
    this.#db.sql.prepare('DELETE FROM frames WHERE execution_arn = ?').run(executionArn);
  }
}
