import { StateFile, type StateSchema } from '../sqs/state-file.ts';
import type { CreateTrainingJob } from './request.ts';

export type TrainingJobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** A training job; instants are epoch milliseconds. */
export interface TrainingJob {
  readonly name: string;
  readonly arn: string;
  readonly request: CreateTrainingJob;
  readonly status: TrainingJobStatus;
  /** Says more: `Training`, `MaxRuntimeExceeded`. */
  readonly secondaryStatus: string;
  readonly failureReason: string | null;
  /** Who created it, so that the same attempt finds it again. */
  readonly attemptId: string | null;
  readonly createdMs: number;
  readonly endedMs: number | null;
}

/** How a job ended. */
export interface JobEnd {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly secondaryStatus: 'Completed' | 'Failed' | 'Stopped' | 'MaxRuntimeExceeded';
  readonly failureReason?: string;
}

type Row = Omit<TrainingJob, 'request'> & { readonly request: string };

const SCHEMA: StateSchema = {
  name: 'sagemaker',
  version: 1,
  sql: `CREATE TABLE jobs (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    arn TEXT NOT NULL,
    request TEXT NOT NULL,
    status TEXT NOT NULL,
    secondaryStatus TEXT NOT NULL,
    failureReason TEXT,
    attemptId TEXT,
    createdMs INTEGER NOT NULL,
    endedMs INTEGER
  ) STRICT`,
};

/** Training jobs by name. A name is taken for good, however its job ended. */
export class JobStore {
  readonly #file: StateFile;

  constructor(directory: string) {
    this.#file = new StateFile(directory, SCHEMA);
  }

  find(name: string): TrainingJob | undefined {
    const row = this.#file.get<Row>('SELECT * FROM jobs WHERE name = ?', name);
    return row === undefined ? undefined : asJob(row);
  }

  /** Those that have not ended, the oldest first. */
  running(): TrainingJob[] {
    const rows = this.#file.all<Row>('SELECT * FROM jobs WHERE endedMs IS NULL ORDER BY createdMs, name');
    return rows.map(asJob);
  }

  insert(job: Pick<TrainingJob, 'name' | 'arn' | 'request' | 'attemptId' | 'createdMs'>): void {
    this.#file.run(
      "INSERT INTO jobs VALUES (?, ?, ?, 'InProgress', 'Training', NULL, ?, ?, NULL)",
      job.name,
      job.arn,
      JSON.stringify(job.request),
      job.attemptId,
      job.createdMs,
    );
  }

  stopping(name: string): void {
    this.#file.run(
      "UPDATE jobs SET status = 'Stopping', secondaryStatus = 'Stopping' WHERE name = ? AND endedMs IS NULL",
      name,
    );
  }

  end(name: string, { status, secondaryStatus, failureReason = '' }: JobEnd, endedMs: number): void {
    this.#file.run(
      'UPDATE jobs SET status = ?, secondaryStatus = ?, failureReason = ?, endedMs = ? WHERE name = ? AND endedMs IS NULL',
      status,
      secondaryStatus,
      failureReason === '' ? null : failureReason,
      endedMs,
      name,
    );
  }

  close(): void {
    this.#file.close();
  }
}

function asJob({ request, ...row }: Row): TrainingJob {
  return { ...row, request: JSON.parse(request) as CreateTrainingJob };
}
