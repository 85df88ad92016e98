import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LockMode } from './buckets.ts';
import type { Checksum } from './checksum.ts';

/** What the client sent along with the content and gets back with it. */
export interface ObjectAttributes {
  /** `content-type`, `cache-control` and their like, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without the `x-amz-meta-` prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Retention {
  readonly mode: LockMode;
  readonly untilMs: number;
}

/** A version before the index has numbered it. */
export interface VersionDraft {
  readonly bucket: string;
  readonly key: string;
  /** true for the one version per key that a bucket without versioning keeps; its id is `null`. */
  readonly isNull: boolean;
  /** null makes the version a delete marker. */
  readonly blob: string | null;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly attributes: ObjectAttributes;
  readonly checksum: Checksum | null;
  readonly retention: Retention | null;
}

export interface ObjectVersion extends VersionDraft {
  /** Rises with every version written to the service, never reused. */
  readonly sequence: number;
  readonly isLatest: boolean;
}

/** The object versions of the index, delete markers included. Nothing here checks locks or preconditions. */
export class VersionTable {
  readonly #insert: StatementSync;
  readonly #demote: StatementSync;
  readonly #promote: StatementSync;
  readonly #delete: StatementSync;
  readonly #latest: StatementSync;
  readonly #null: StatementSync;
  readonly #bySequence: StatementSync;
  readonly #scanLatest: StatementSync;
  readonly #scanAll: StatementSync;
  readonly #blob: StatementSync;

  constructor(database: DatabaseSync) {
    const ofKey = 'SELECT * FROM versions WHERE bucket = ? AND key = ?';
    this.#insert = database.prepare(
      `INSERT INTO versions (bucket, key, null_version, latest, delete_marker, blob, size, etag, modified_ms, attributes,
       checksum, lock_mode, retain_until_ms) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    );
    this.#demote = database.prepare(
      'UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1',
    );
    this.#promote = database.prepare(
      `UPDATE versions SET latest = 1 WHERE sequence =
       (SELECT sequence FROM versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
    );
    this.#delete = database.prepare('DELETE FROM versions WHERE sequence = ?');
    this.#latest = database.prepare(`${ofKey} AND latest = 1`);
    this.#null = database.prepare(`${ofKey} AND null_version = 1`);
    this.#bySequence = database.prepare(`${ofKey} AND sequence = ? AND null_version = 0`);
    this.#scanLatest = database.prepare(
      'SELECT * FROM versions WHERE bucket = ? AND key >= ? AND latest = 1 AND delete_marker = 0 ORDER BY key',
    );
    this.#scanAll = database.prepare(
      'SELECT * FROM versions WHERE bucket = ? AND key >= ? ORDER BY key, sequence DESC',
    );
    this.#blob = database.prepare('SELECT 1 FROM versions WHERE blob = ? LIMIT 1');
  }

  /** The newest version, which may be a delete marker. */
  latest(bucket: string, key: string): ObjectVersion | undefined {
    return toVersion(this.#latest.get(bucket, key));
  }

  /** The version with this id as `versionId` writes it; undefined when there is none. */
  find(bucket: string, key: string, id: string): ObjectVersion | undefined {
    if (id === 'null') return toVersion(this.#null.get(bucket, key));
    const sequence = sequenceOf(id);
    return sequence === undefined ? undefined : toVersion(this.#bySequence.get(bucket, key, sequence));
  }

  /** Adds a version as the latest of its key. */
  add(draft: VersionDraft): ObjectVersion {
    this.#demote.run(draft.bucket, draft.key);
    const row = this.#insert.get(
      draft.bucket,
      draft.key,
      draft.isNull ? 1 : 0,
      draft.blob === null ? 1 : 0,
      draft.blob,
      draft.size,
      draft.etag,
      draft.modifiedMs,
      JSON.stringify(draft.attributes),
      JSON.stringify(draft.checksum),
      draft.retention?.mode ?? null,
      draft.retention?.untilMs ?? null,
    );
    return toVersion(row)!;
  }

  /** Takes a version out; the one before it becomes the latest. */
  remove(version: ObjectVersion): void {
    this.#delete.run(version.sequence);
    if (version.isLatest) this.#promote.run(version.bucket, version.key);
  }

  /** Current objects from a key on, in byte order of the keys. */
  *scanLatest(bucket: string, fromKey: string): Generator<ObjectVersion> {
    for (const row of this.#scanLatest.iterate(bucket, fromKey)) yield toVersion(row)!;
  }

  /** All versions and delete markers from a key on, newest first within a key. */
  *scanAll(bucket: string, fromKey: string): Generator<ObjectVersion> {
    for (const row of this.#scanAll.iterate(bucket, fromKey)) yield toVersion(row)!;
  }

  hasBlob(blob: string): boolean {
    return this.#blob.get(blob) !== undefined;
  }
}

/** The id on the wire: `null`, or the sequence in twelve digits. */
export function versionIdOf(version: ObjectVersion): string {
  return version.isNull ? 'null' : String(version.sequence).padStart(12, '0');
}

/** The sequence within a version id, or undefined when no version could have this id. */
export function sequenceOf(versionId: string): number | undefined {
  return /^\d{12,15}$/.test(versionId) ? Number(versionId) : undefined;
}

function toVersion(row: Record<string, unknown> | undefined): ObjectVersion | undefined {
  if (row === undefined) return undefined;
  const mode = row['lock_mode'] as LockMode | null;
  return {
    sequence: Number(row['sequence']),
    bucket: String(row['bucket']),
    key: String(row['key']),
    isNull: row['null_version'] === 1,
    isLatest: row['latest'] === 1,
    blob: row['blob'] as string | null,
    size: Number(row['size']),
    etag: String(row['etag']),
    modifiedMs: Number(row['modified_ms']),
    attributes: JSON.parse(String(row['attributes'])),
    checksum: JSON.parse(String(row['checksum'])),
    retention: mode === null ? null : { mode, untilMs: Number(row['retain_until_ms']) },
  };
}
