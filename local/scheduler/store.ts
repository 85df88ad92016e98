import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Schedule } from './schedule.ts';

const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE schedules (
  name TEXT PRIMARY KEY, schedule TEXT NOT NULL, declared TEXT NOT NULL, created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, fired_ms INTEGER);
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, scheduled_ms INTEGER NOT NULL, attempt INTEGER NOT NULL,
  due_ms INTEGER NOT NULL);
`;

export interface ScheduleRecord {
  readonly name: string;
  readonly schedule: Schedule;
  /** What the template said, so that declaring the same again keeps an operator's change. */
  readonly declared: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** The scheduled time of the last firing. */
  readonly firedMs: number | null;
}

/** A firing whose target has not taken it yet. */
export interface Delivery {
  readonly id: string;
  readonly name: string;
  readonly scheduledMs: number;
  /** 0 for the first. */
  readonly attempt: number;
  readonly dueMs: number;
}

const SELECT = `SELECT name, schedule, declared, created_ms AS createdMs, updated_ms AS updatedMs,
  fired_ms AS firedMs FROM schedules`;

function recordOf(row: Record<string, unknown>): ScheduleRecord {
  return { ...row, schedule: JSON.parse(row['schedule'] as string) } as unknown as ScheduleRecord;
}

export class ScheduleStore {
  readonly #sql: DatabaseSync;

  /** Opens (or makes) the state in `directory`. Refuses state of another schema version. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#sql = new DatabaseSync(join(directory, 'scheduler.sqlite'));
    this.#sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    const version = this.#sql.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version === 0) this.#sql.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
    else if (version !== SCHEMA_VERSION) {
      this.#sql.close();
      throw new Error(`${directory}: expected Scheduler state of version ${SCHEMA_VERSION}, was ${version}`);
    }
  }

  put(schedule: Schedule, declared: string, nowMs: number): void {
    this.#sql
      .prepare(
        `INSERT INTO schedules VALUES (?1, ?2, ?3, ?4, ?4, NULL)
         ON CONFLICT (name) DO UPDATE SET schedule = ?2, declared = ?3, updated_ms = ?4`,
      )
      .run(schedule.name, JSON.stringify(schedule), declared, nowMs);
  }

  get(name: string): ScheduleRecord | undefined {
    const row = this.#sql.prepare(`${SELECT} WHERE name = ?`).get(name);
    return row === undefined ? undefined : recordOf(row);
  }

  list(): ScheduleRecord[] {
    return this.#sql.prepare(`${SELECT} ORDER BY name`).all().map(recordOf);
  }

  delete(name: string): void {
    this.#sql.prepare('DELETE FROM schedules WHERE name = ?').run(name);
    this.#sql.prepare('DELETE FROM deliveries WHERE name = ?').run(name);
  }

  /** Keeps the firing and what has to be delivered, in one transaction. */
  fire(delivery: Delivery): void {
    this.#sql.exec('BEGIN IMMEDIATE');
    const { name, scheduledMs } = delivery;
    this.#sql.prepare('UPDATE schedules SET fired_ms = ? WHERE name = ?').run(scheduledMs, name);
    this.saveDelivery(delivery);
    this.#sql.exec('COMMIT');
  }

  saveDelivery({ id, name, scheduledMs, attempt, dueMs }: Delivery): void {
    const insert = 'INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)';
    this.#sql.prepare(insert).run(id, name, scheduledMs, attempt, dueMs);
  }

  deleteDelivery(id: string): void {
    this.#sql.prepare('DELETE FROM deliveries WHERE id = ?').run(id);
  }

  deliveries(): Delivery[] {
    const rows = this.#sql
      .prepare(
        'SELECT id, name, scheduled_ms AS scheduledMs, attempt, due_ms AS dueMs FROM deliveries ORDER BY due_ms',
      )
      .all();
    return rows as unknown as Delivery[];
  }

  /** After the clock was set back: nothing was created, changed or fired later than `nowMs`. */
  rewind(nowMs: number): void {
    this.#sql
      .prepare(
        `UPDATE schedules SET created_ms = min(created_ms, ?1), updated_ms = min(updated_ms, ?1),
         fired_ms = min(fired_ms, ?1)`,
      )
      .run(nowMs);
    this.#sql.prepare('DELETE FROM deliveries WHERE scheduled_ms > ?').run(nowMs);
  }

  close(): void {
    this.#sql.close();
  }
}
