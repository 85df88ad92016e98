import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import { S3Error } from './error.ts';
import type { ObjectAttributes, Retention } from './versions.ts';

/** What CreateMultipartUpload fixed for the object to come. */
export interface UploadDraft {
  readonly attributes: ObjectAttributes;
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | null;
  /** As the request stated it; null leaves it to the bucket's default. */
  readonly retention: Retention | null;
}

export interface Upload {
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly draft: UploadDraft;
}

export interface Part {
  /** 1 to 10,000. */
  readonly partNumber: number;
  readonly blob: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: Checksum | null;
}

/** Multipart uploads under way and their parts. */
export class UploadTable {
  readonly #create: StatementSync;
  readonly #find: StatementSync;
  readonly #putPart: StatementSync;
  readonly #parts: StatementSync;
  readonly #removeParts: StatementSync;
  readonly #remove: StatementSync;
  readonly #blob: StatementSync;

  constructor(database: DatabaseSync) {
    this.#create = database.prepare(
      'INSERT INTO uploads (bucket, key, initiated_ms, draft) VALUES (?, ?, ?, ?) RETURNING sequence',
    );
    this.#find = database.prepare('SELECT * FROM uploads WHERE bucket = ? AND key = ? AND sequence = ?');
    this.#putPart = database.prepare(
      `INSERT OR REPLACE INTO parts (upload, part_number, blob, size, etag, modified_ms, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#parts = database.prepare('SELECT * FROM parts WHERE upload = ? ORDER BY part_number');
    this.#removeParts = database.prepare('DELETE FROM parts WHERE upload = ?');
    this.#remove = database.prepare('DELETE FROM uploads WHERE sequence = ?');
    this.#blob = database.prepare('SELECT 1 FROM parts WHERE blob = ? LIMIT 1');
  }

  /** Returns the new upload's id. */
  create(bucket: string, key: string, initiatedMs: number, draft: UploadDraft): string {
    const row = this.#create.get(bucket, key, initiatedMs, JSON.stringify(draft));
    return uploadIdOf(Number(row?.['sequence']));
  }

  /** The upload under way; throws NoSuchUpload when it never was, is complete, or was aborted. */
  require(bucket: string, key: string, id: string): Upload {
    const row = /^upload-\d+$/.test(id) ? this.#find.get(bucket, key, Number(id.slice(7))) : undefined;
    if (row) return toUpload(row);
    throw new S3Error('NoSuchUpload', `expected the id of an upload under way, was ${id}`, {
      elements: { UploadId: id },
    });
  }

  /** Stores a part in place of an earlier one with its number. */
  putPart(upload: Upload, part: Part): void {
    const { partNumber, blob, size, etag, modifiedMs, checksum } = part;
    this.#putPart.run(upload.sequence, partNumber, blob, size, etag, modifiedMs, JSON.stringify(checksum));
  }

  /** In order of their numbers. */
  parts(upload: Upload): Part[] {
    return this.#parts.all(upload.sequence).map(toPart);
  }

  remove(upload: Upload): void {
    this.#removeParts.run(upload.sequence);
    this.#remove.run(upload.sequence);
  }

  hasBlob(blob: string): boolean {
    return this.#blob.get(blob) !== undefined;
  }
}

function uploadIdOf(sequence: number): string {
  return `upload-${String(sequence).padStart(12, '0')}`;
}

function toUpload(row: Record<string, unknown>): Upload {
  return {
    sequence: Number(row['sequence']),
    bucket: String(row['bucket']),
    key: String(row['key']),
    initiatedMs: Number(row['initiated_ms']),
    draft: JSON.parse(String(row['draft'])),
  };
}

function toPart(row: Record<string, unknown>): Part {
  return {
    partNumber: Number(row['part_number']),
    blob: String(row['blob']),
    size: Number(row['size']),
    etag: String(row['etag']),
    modifiedMs: Number(row['modified_ms']),
    checksum: JSON.parse(String(row['checksum'])),
  };
}
