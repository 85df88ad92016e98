import type { ColumnTable } from '../domain/lake/column-table.ts';

/** A file of the lake, proven by its hash. */
export interface LakeFile {
  readonly path: string;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
}

/** A file as it was just written. */
export interface WrittenFile extends LakeFile {
  readonly bytes: number;
}

/** The lake's tables as files. */
export interface LakeFiles {
  /** Writes a table under the key that `keyOf` gives for its content hash. Written twice, it is the same file. */
  write(table: ColumnTable, keyOf: (sha256: string) => string, groupRows?: number): Promise<WrittenFile>;
  /** Reads all columns, or those named. @throws InvariantViolated when the bytes are not what the hash says. */
  read(file: LakeFile, columns?: readonly string[]): Promise<ColumnTable>;
  /** What lies below a prefix, registered or not, with the epoch milliseconds of the last write. */
  list(prefix: string): Promise<readonly { readonly path: string; readonly writtenMs: number }[]>;
  remove(paths: readonly string[]): Promise<void>;
}
