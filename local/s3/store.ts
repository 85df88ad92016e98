import type { DatabaseSync } from 'node:sqlite';
import type { LocalClock } from '../clock.ts';
import { BlobStore } from './blobs.ts';
import { BucketTable } from './buckets.ts';
import { checkDeleteCondition, checkWriteConditions } from './conditions.ts';
import { openDatabase, transact } from './database.ts';
import { S3Error } from './error.ts';
import type { S3Event } from './event.ts';
import { assertRemovable, retentionOf } from './retention.ts';
import { UploadTable } from './uploads.ts';
import {
  type ObjectVersion,
  type Retention,
  type VersionDraft,
  VersionTable,
  versionIdOf,
} from './versions.ts';

type Headers = Readonly<Record<string, string>>;

/** A new object as an operation describes it; the store decides null version, time and default retention. */
export interface NewObject extends Omit<VersionDraft, 'isNull' | 'modifiedMs' | 'retention'> {
  readonly blob: string;
  readonly statedRetention: Retention | null;
}

export interface Removal {
  readonly bucket: string;
  readonly key: string;
  /** Without it the latest is removed, or hidden by a delete marker where the bucket is versioned. */
  readonly versionId?: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly bypassGovernance: boolean;
}

/** What a removal did: `removed` is gone, `marker` now hides the key; both are absent when there was nothing to do. */
export interface Removed {
  readonly removed?: ObjectVersion | undefined;
  readonly marker?: ObjectVersion | undefined;
}

/** The state of the service: the index, the contents, and the rules that every change keeps. */
export class S3Store {
  readonly database: DatabaseSync;
  readonly buckets: BucketTable;
  readonly versions: VersionTable;
  readonly uploads: UploadTable;
  readonly blobs: BlobStore;
  readonly clock: LocalClock;
  readonly #onEvent: (event: S3Event) => void;

  constructor(directory: string, clock: LocalClock, onEvent: (event: S3Event) => void) {
    this.database = openDatabase(directory);
    this.buckets = new BucketTable(this.database);
    this.versions = new VersionTable(this.database);
    this.uploads = new UploadTable(this.database);
    this.blobs = new BlobStore(directory);
    this.blobs.removeUnknown((blob) => this.#isUsed(blob));
    this.clock = clock;
    this.#onEvent = onEvent;
  }

  /**
   * Makes a written blob the latest version of its key, if the conditions in `headers` hold at this very moment; `alongside` joins the
   * transaction. The blob is discarded when anything throws (S3Error for the caller).
   */
  async publish(
    object: NewObject,
    headers: Headers,
    cause: string,
    alongside?: () => void,
  ): Promise<ObjectVersion> {
    const discarded: string[] = [object.blob];
    try {
      const replaced: string[] = [];
      const version = transact(this.database, () => {
        checkWriteConditions(headers, this.versions.latest(object.bucket, object.key));
        alongside?.();
        return this.#add(object, replaced);
      });
      discarded.splice(0, 1, ...replaced);
      this.#tell('ObjectCreated', cause, version);
      return version;
    } finally {
      await this.discard(discarded);
    }
  }

  /** Removes versions in one transaction; a removal that is refused gives its S3Error in place, the others stand. */
  async remove(removals: readonly Removal[]): Promise<(Removed | S3Error)[]> {
    const discarded: string[] = [];
    const results = transact(this.database, () =>
      removals.map((removal) => {
        try {
          return this.#remove(removal, discarded);
        } catch (error) {
          if (error instanceof S3Error) return error;
          throw error;
        }
      }),
    );
    for (const result of results) if (!(result instanceof S3Error)) this.#tellRemoved(result);
    await this.discard(discarded);
    return results;
  }

  /** Deletes the blobs that nothing refers to any more. */
  async discard(blobs: readonly string[]): Promise<void> {
    await this.blobs.remove(blobs.filter((blob) => !this.#isUsed(blob)));
  }

  #add(object: NewObject, replaced: string[]): ObjectVersion {
    const bucket = this.buckets.require(object.bucket);
    const nowMs = this.clock.nowMs();
    const isNull = bucket.versioning !== 'Enabled';
    if (isNull) this.#drop(this.versions.find(object.bucket, object.key, 'null'), false, replaced);
    const { statedRetention, ...rest } = object;
    const retention = retentionOf(bucket, statedRetention, nowMs);
    return this.versions.add({ ...rest, isNull, modifiedMs: nowMs, retention });
  }

  #remove(removal: Removal, discarded: string[]): Removed {
    const { bucket, key, versionId, bypassGovernance } = removal;
    const { versioning } = this.buckets.require(bucket);
    checkDeleteCondition(removal.ifMatch, this.versions.latest(bucket, key));
    if (versionId !== undefined || versioning === '') {
      const version = this.versions.find(bucket, key, versionId ?? 'null');
      this.#drop(version, bypassGovernance, discarded);
      return { removed: version };
    }
    const isNull = versioning === 'Suspended';
    if (isNull) this.#drop(this.versions.find(bucket, key, 'null'), bypassGovernance, discarded);
    return { marker: this.versions.add(this.#deleteMarker(bucket, key, isNull)) };
  }

  #deleteMarker(bucket: string, key: string, isNull: boolean): VersionDraft {
    const attributes = { headers: {}, metadata: {} };
    const modifiedMs = this.clock.nowMs();
    const rest = { blob: null, size: 0, etag: '', checksum: null, retention: null };
    return { bucket, key, isNull, modifiedMs, attributes, ...rest };
  }

  #drop(version: ObjectVersion | undefined, bypassGovernance: boolean, discarded: string[]): void {
    if (version === undefined) return;
    assertRemovable(version, this.clock.nowMs(), bypassGovernance);
    this.versions.remove(version);
    if (version.blob !== null) discarded.push(version.blob);
  }

  #tellRemoved({ removed, marker }: Removed): void {
    if (removed) this.#tell('ObjectRemoved', 'Delete', removed);
    if (marker) this.#tell('ObjectRemoved', 'DeleteMarkerCreated', marker);
  }

  #tell(type: S3Event['type'], cause: string, version: ObjectVersion): void {
    const { bucket, key, size, etag, sequence } = version;
    this.#onEvent({ type, cause, bucket, key, size, etag, versionId: versionIdOf(version), sequence });
  }

  #isUsed(blob: string): boolean {
    return this.versions.hasBlob(blob) || this.uploads.hasBlob(blob);
  }
}
