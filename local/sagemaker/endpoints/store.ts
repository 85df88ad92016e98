import { StateFile, type StateSchema } from '../../sqs/state-file.ts';
import type { CreateEndpoint, CreateEndpointConfig, CreateModel } from './request.ts';

/** What each kind of record was created with. */
interface Requests {
  model: CreateModel;
  'endpoint-config': CreateEndpointConfig;
  endpoint: CreateEndpoint;
}
export type Kind = keyof Requests;

export type EndpointStatus = 'Creating' | 'InService' | 'Failed';

/** A model, an endpoint configuration or an endpoint; instants are epoch milliseconds. */
export interface Stored<K extends Kind> {
  readonly kind: K;
  readonly name: string;
  readonly arn: string;
  readonly request: Requests[K];
  /** Of an endpoint; null for the others. */
  readonly status: EndpointStatus | null;
  readonly failureReason: string | null;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

const SCHEMA: StateSchema = {
  name: 'sagemaker-endpoints',
  version: 1,
  sql: `CREATE TABLE records (
    kind TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    arn TEXT NOT NULL,
    request TEXT NOT NULL,
    status TEXT,
    failureReason TEXT,
    createdMs INTEGER NOT NULL,
    modifiedMs INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
  ) STRICT`,
};

/** Models, endpoint configurations and endpoints by name. */
export class EndpointStore {
  readonly #file: StateFile;

  constructor(directory: string) {
    this.#file = new StateFile(directory, SCHEMA);
  }

  find<K extends Kind>(kind: K, name: string): Stored<K> | undefined {
    const sql = 'SELECT * FROM records WHERE kind = ? AND name = ?';
    const row = this.#file.get<Stored<K> & { readonly request: string }>(sql, kind, name);
    return row === undefined ? undefined : { ...row, request: JSON.parse(row.request) as Requests[K] };
  }

  /** Names of the endpoints, the oldest first. */
  endpointNames(): string[] {
    const sql = "SELECT name FROM records WHERE kind = 'endpoint' ORDER BY createdMs, name";
    return this.#file.all<{ name: string }>(sql).map(({ name }) => name);
  }

  insert<K extends Kind>(
    record: Pick<Stored<K>, 'kind' | 'name' | 'arn' | 'request' | 'status' | 'createdMs'>,
  ): void {
    const { kind, name, arn, request, status, createdMs } = record;
    this.#file.run(
      'INSERT INTO records VALUES (?, ?, ?, ?, ?, NULL, ?, ?)',
      ...[kind, name, arn, JSON.stringify(request), status, createdMs, createdMs],
    );
  }

  setStatus(endpoint: string, status: EndpointStatus, failureReason: string | null, nowMs: number): void {
    this.#file.run(
      "UPDATE records SET status = ?, failureReason = ?, modifiedMs = ? WHERE kind = 'endpoint' AND name = ?",
      ...[status, failureReason, nowMs, endpoint],
    );
  }

  remove(kind: Kind, name: string): void {
    this.#file.run('DELETE FROM records WHERE kind = ? AND name = ?', kind, name);
  }

  close(): void {
    this.#file.close();
  }
}
