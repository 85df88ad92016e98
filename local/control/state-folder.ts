import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Rises whenever the layout of the state folder changes so that an older program would misread it. */
export const SCHEMA_VERSION = 1;

/** The state folder: held by one process at a time, stamped with its schema version, with a secret of its own. */
export interface StateFolder {
  readonly directory: string;
  /** 32 random bytes, made once per folder: keys and tokens are derived from them. */
  readonly seed: Buffer;
  /** A remembered value of an earlier run, or undefined. */
  recall(name: string): string | undefined;
  remember(name: string, value: string): void;
  /** Gives the folder free for another process. */
  close(): void;
}

/**
 * Opens (or makes) the folder and takes its lock, which ends with the process however it ends.
 * Errors: in use by another local cloud; written by another schema version. Each names the folder and a remedy.
 */
export function openStateFolder(directory: string): StateFolder {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'cloud.sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  takeLock(database, directory);
  chmodSync(file, 0o600);
  prepareSchema(database, directory);
  const find = database.prepare('SELECT value FROM remembered WHERE name = ?');
  const put = database.prepare('INSERT OR REPLACE INTO remembered VALUES (?, ?)');
  const recall = (name: string) => find.get(name)?.['value'] as string | undefined;
  if (recall('seed') === undefined) put.run('seed', randomBytes(32).toString('hex'));
  return {
    directory,
    seed: Buffer.from(recall('seed') ?? '', 'hex'),
    recall,
    remember: (name, value) => void put.run(name, value),
    close: () => database.close(),
  };
}

// SQLite's own lock: the operating system drops it when the process dies, so that none is ever left behind.
function takeLock(database: DatabaseSync, directory: string): void {
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    database.close();
    throw new Error(
      `expected ${directory} to be free, was in use by another local cloud (stop it: ./oi stop)`,
      { cause },
    );
  }
}

function prepareSchema(database: DatabaseSync, directory: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    database.close();
    const remedy = version > SCHEMA_VERSION ? 'update the program' : 'start afresh with ./oi reset';
    throw new Error(
      `${directory}: expected state of schema version ${SCHEMA_VERSION}, was ${version} (${remedy})`,
    );
  }
  database.exec('CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
