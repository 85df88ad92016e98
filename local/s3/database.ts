import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Raised with every change of the tables below; a state folder of another version is refused, never guessed at. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE buckets (
  name TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, versioning TEXT NOT NULL,
  object_lock INTEGER NOT NULL, lock_mode TEXT, lock_days INTEGER
) STRICT;
CREATE TABLE versions (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL REFERENCES buckets (name), key TEXT NOT NULL,
  null_version INTEGER NOT NULL, latest INTEGER NOT NULL, delete_marker INTEGER NOT NULL,
  blob TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_ms INTEGER NOT NULL,
  attributes TEXT NOT NULL, checksum TEXT NOT NULL, lock_mode TEXT, retain_until_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX version_order ON versions (bucket, key, sequence DESC);
CREATE UNIQUE INDEX latest_versions ON versions (bucket, key) WHERE latest = 1;
CREATE UNIQUE INDEX null_versions ON versions (bucket, key) WHERE null_version = 1;
CREATE INDEX version_blobs ON versions (blob);
CREATE TABLE uploads (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL REFERENCES buckets (name), key TEXT NOT NULL,
  initiated_ms INTEGER NOT NULL, draft TEXT NOT NULL
) STRICT;
CREATE TABLE parts (
  upload INTEGER NOT NULL REFERENCES uploads (sequence), part_number INTEGER NOT NULL, blob TEXT NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, modified_ms INTEGER NOT NULL, checksum TEXT NOT NULL,
  PRIMARY KEY (upload, part_number)
) STRICT, WITHOUT ROWID;
`;

/**
 * Opens (and on first use creates) the index under `directory`, for this process alone. A committed transaction survives
 * kill -9 and power loss. Throws when another process has it open, or when it was written with another schema version.
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'index.sqlite'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    transact(database, () => prepareSchema(database, directory));
    return database;
  } catch (error) {
    database.close();
    throw new Error(`expected an S3 state folder of our own, was ${directory}: ${String(error)}`, {
      cause: error,
    });
  }
}

function prepareSchema(database: DatabaseSync, directory: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version === 0) database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`);
  else if (version !== SCHEMA_VERSION) {
    throw new Error(
      `expected schema version ${SCHEMA_VERSION} in ${directory}, was ${version}; remove the folder`,
    );
  }
}

/** Runs `work` as one transaction: all of it is durable on return, none of it when it throws. Joins one that is already open. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
