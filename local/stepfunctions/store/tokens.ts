import type { Database } from './database.ts';

/** What SendTaskSuccess or SendTaskFailure said. */
export type TokenOutcome = { readonly output: unknown } | { readonly error: string; readonly cause: string };

export type TokenStatus = 'open' | 'answered' | 'closed';

export class TokenStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  open(token: string, executionArn: string): void {
    const insert = "INSERT OR IGNORE INTO tokens VALUES (?, ?, 'open', NULL, NULL)";
    this.#db.sql.prepare(insert).run(token, executionArn);
  }

  status(token: string): TokenStatus | undefined {
    const row = this.#db.sql.prepare('SELECT status FROM tokens WHERE token = ?').get(token);
    return row?.['status'] as TokenStatus | undefined;
  }

  /** Keeps the answer of an open token; false when the token is not open. */
  answer(token: string, outcome: TokenOutcome): boolean {
    const { changes } = this.#db.sql
      .prepare("UPDATE tokens SET status = 'answered', outcome = ? WHERE token = ? AND status = 'open'")
      .run(JSON.stringify(outcome), token);
    return changes === 1;
  }

  outcome(token: string): TokenOutcome | undefined {
    const row = this.#db.sql.prepare('SELECT outcome FROM tokens WHERE token = ?').get(token);
    const outcome = row?.['outcome'] as string | null | undefined;
    return outcome ? (JSON.parse(outcome) as TokenOutcome) : undefined;
  }

  heartbeat(token: string, nowMs: number): void {
    this.#db.sql.prepare('UPDATE tokens SET heartbeat_ms = ? WHERE token = ?').run(nowMs, token);
  }

  heartbeatMs(token: string): number | null {
    const row = this.#db.sql.prepare('SELECT heartbeat_ms FROM tokens WHERE token = ?').get(token);
    return (row?.['heartbeat_ms'] as number | null | undefined) ?? null;
  }

  close(token: string): void {
    this.#db.sql.prepare("UPDATE tokens SET status = 'closed' WHERE token = ?").run(token);
  }

  closeAll(executionArn: string): void {
    this.#db.sql.prepare("UPDATE tokens SET status = 'closed' WHERE execution_arn = ?").run(executionArn);
  }
}
