import type { LocalClock } from '../clock.ts';
import { ServiceError } from '../sqs/service-error.ts';
import { StateFile, type StateSchema } from '../sqs/state-file.ts';

export const PARAMETER_TYPES = ['String', 'StringList', 'SecureString'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export interface ParameterInput {
  readonly name: string;
  readonly value: string;
  readonly type: ParameterType;
  readonly description?: string;
}

/** A parameter as it goes over the wire; `LastModifiedDate` in epoch seconds. */
export interface Parameter {
  readonly Name: string;
  readonly Type: ParameterType;
  readonly Value: string;
  readonly Version: number;
  readonly LastModifiedDate: number;
  readonly ARN: string;
  readonly DataType: 'text';
}

interface ParameterRow {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly version: number;
  readonly modifiedMs: number;
}

const SCHEMA: StateSchema = {
  name: 'ssm',
  version: 1,
  sql: `CREATE TABLE parameters (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    description TEXT,
    version INTEGER NOT NULL,
    modifiedMs INTEGER NOT NULL
  ) STRICT`,
};

/** Parameters by name, each with the number of times it was written as its version. */
export class ParameterStore {
  readonly #file: StateFile;
  readonly #clock: LocalClock;
  readonly #arnPrefix: string;

  constructor(options: { directory: string; clock: LocalClock; accountId: string; region: string }) {
    this.#file = new StateFile(options.directory, SCHEMA);
    this.#clock = options.clock;
    this.#arnPrefix = `arn:aws:ssm:${options.region}:${options.accountId}:parameter/`;
  }

  find(name: string): Parameter | undefined {
    const row = this.#file.get<ParameterRow>('SELECT * FROM parameters WHERE name = ?', name);
    return row === undefined ? undefined : this.#asParameter(row);
  }

  require(name: string): Parameter {
    return this.find(name) ?? notFound(name);
  }

  /** Up to `limit` parameters below a path, by name, after the name `after`. */
  below(path: string, recursive: boolean, after: string, limit: number): Parameter[] {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return this.#file
      .all<ParameterRow>(
        `SELECT * FROM parameters
         WHERE substr(name, 1, length(?1)) = ?1 AND name > ?2 AND (?3 OR instr(substr(name, length(?1) + 1), '/') = 0)
         ORDER BY name LIMIT ?4`,
        prefix,
        after,
        recursive ? 1 : 0,
        limit,
      )
      .map((row) => this.#asParameter(row));
  }

  /** @throws ServiceError ParameterAlreadyExists when it exists and `overwrite` is false */
  put(input: ParameterInput, overwrite: boolean): Parameter {
    return this.#file.transaction(() => {
      const existing = this.find(input.name);
      if (existing !== undefined && !overwrite) {
        const message = `The parameter already exists. To overwrite this value, set the overwrite option, was ${input.name}.`;
        throw new ServiceError('ParameterAlreadyExists', message);
      }
      this.#file.run(
        'INSERT OR REPLACE INTO parameters VALUES (?, ?, ?, ?, ?, ?)',
        input.name,
        input.type,
        input.value,
        input.description ?? null,
        (existing?.Version ?? 0) + 1,
        this.#clock.nowMs(),
      );
      return this.require(input.name);
    });
  }

  delete(name: string): void {
    if (this.#file.run('DELETE FROM parameters WHERE name = ?', name) === 0) notFound(name);
  }

  close(): void {
    this.#file.close();
  }

  #asParameter(row: ParameterRow): Parameter {
    return {
      Name: row.name,
      Type: row.type,
      Value: row.value,
      Version: row.version,
      LastModifiedDate: row.modifiedMs / 1000,
      ARN: this.#arnPrefix + row.name.replace(/^\//, ''),
      DataType: 'text',
    };
  }
}

function notFound(name: string): never {
  throw new ServiceError('ParameterNotFound', `expected a parameter that exists, was ${name}`);
}
