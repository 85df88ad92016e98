import { createHash } from 'node:crypto';
import type { Database } from './database.ts';

export interface MachineRecord {
  readonly arn: string;
  readonly name: string;
  readonly definitionId: string;
  readonly definition: string;
  readonly timeoutS: number | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface MachineWrite {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly timeoutS: number | null;
  readonly nowMs: number;
}

const SELECT = `SELECT arn, name, definition_id AS definitionId, text AS definition, timeout_s AS timeoutS,
  created_ms AS createdMs, updated_ms AS updatedMs FROM machines JOIN definitions ON id = definition_id`;

/** The state machines; an execution keeps the definition it was started with. */
export class MachineStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Creates the machine or gives it its new definition; writing the same twice changes nothing. */
  put(machine: MachineWrite): void {
    const id = createHash('sha256').update(machine.definition).digest('hex');
    const { sql, transaction } = this.#db;
    transaction(() => {
      sql.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?)').run(id, machine.definition);
      sql
        .prepare(
          `INSERT INTO machines VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (arn) DO UPDATE SET name = ?2,
           definition_id = ?3, timeout_s = ?4, updated_ms = ?5 WHERE definition_id <> ?3 OR timeout_s IS NOT ?4`,
        )
        .run(machine.arn, machine.name, id, machine.timeoutS, machine.nowMs);
    });
  }

  get(arn: string): MachineRecord | undefined {
    return this.#db.sql.prepare(`${SELECT} WHERE arn = ?`).get(arn) as MachineRecord | undefined;
  }

  list(): MachineRecord[] {
    return this.#db.sql.prepare(`${SELECT} ORDER BY name, arn`).all() as unknown as MachineRecord[];
  }

  definition(id: string): string {
    const row = this.#db.sql.prepare('SELECT text FROM definitions WHERE id = ?').get(id);
    return row?.['text'] as string;
  }
}
