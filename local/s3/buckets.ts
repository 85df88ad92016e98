import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transact } from './database.ts';
import { S3Error } from './error.ts';

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

export interface DefaultRetention {
  readonly mode: LockMode;
  readonly days: number;
}

export interface BucketSettings {
  /** true: every overwrite and delete keeps what was there. */
  readonly versioning?: boolean;
  /** Retention that every new version gets unless its request states one; implies versioning. */
  readonly objectLock?: DefaultRetention;
}

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** '' means it was never switched on. */
  readonly versioning: '' | 'Enabled' | 'Suspended';
  /** Once true, always true. */
  readonly objectLock: boolean;
  readonly defaultRetention: DefaultRetention | null;
}

/** The buckets of the index. */
export class BucketTable {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #list: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare('SELECT * FROM buckets WHERE name = ?');
    this.#list = database.prepare('SELECT * FROM buckets ORDER BY name');
    this.#put = database.prepare(
      `INSERT INTO buckets (name, created_ms, versioning, object_lock, lock_mode, lock_days) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET versioning = excluded.versioning, object_lock = excluded.object_lock,
       lock_mode = excluded.lock_mode, lock_days = excluded.lock_days`,
    );
  }

  /** The bucket; throws NoSuchBucket. */
  require(name: string): Bucket {
    const bucket = this.#read(name);
    if (bucket) return bucket;
    throw new S3Error('NoSuchBucket', `expected the name of an existing bucket, was ${name}`, {
      elements: { BucketName: name },
    });
  }

  list(): Bucket[] {
    return this.#list.all().map(toBucket);
  }

  /**
   * Creates the bucket, or gives an existing one these settings; what it holds stays. Versioning that was on becomes Suspended
   * when it is switched off, and stays on where object lock was ever on. Throws InvalidBucketName and InvalidArgument.
   */
  apply(name: string, settings: BucketSettings, nowMs: number): void {
    validate(name, settings);
    transact(this.#database, () => {
      const existing = this.#read(name);
      const objectLock = settings.objectLock !== undefined || (existing?.objectLock ?? false);
      const isVersioned = settings.versioning === true || objectLock;
      const retention = settings.objectLock;
      this.#put.run(
        name,
        existing?.createdMs ?? nowMs,
        versioningOf(isVersioned, existing),
        objectLock ? 1 : 0,
        retention?.mode ?? null,
        retention?.days ?? null,
      );
    });
  }

  #read(name: string): Bucket | undefined {
    const row = this.#find.get(name);
    return row && toBucket(row);
  }
}

function versioningOf(isVersioned: boolean, existing: Bucket | undefined): Bucket['versioning'] {
  if (isVersioned) return 'Enabled';
  return existing === undefined || existing.versioning === '' ? '' : 'Suspended';
}

function validate(name: string, settings: BucketSettings): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new S3Error(
      'InvalidBucketName',
      `expected 3 to 63 lower-case letters, digits, dots or hyphens, was ${name}`,
    );
  }
  const days = settings.objectLock?.days ?? 1;
  if (!Number.isInteger(days) || days < 1) {
    throw new S3Error('InvalidArgument', `expected a retention of at least 1 whole day, was ${days}`);
  }
}

function toBucket(row: Record<string, unknown>): Bucket {
  const mode = row['lock_mode'] as LockMode | null;
  return {
    name: String(row['name']),
    createdMs: Number(row['created_ms']),
    versioning: row['versioning'] as Bucket['versioning'],
    objectLock: row['object_lock'] === 1,
    defaultRetention: mode === null ? null : { mode, days: Number(row['lock_days']) },
  };
}
