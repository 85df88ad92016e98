import type { ColumnTable } from '../domain/lake/column-table.ts';

/** Writes the file format of the lake. */
export interface TableWriter {
  /** The same table always gives the same bytes. NaN and undefined cells are written as missing. */
  write(table: ColumnTable): Uint8Array | Promise<Uint8Array>;
}

/** Reads the file format of the lake, whichever writer wrote it. */
export interface TableReader {
  /** Reads all columns, or only those named, in file order. @throws InvariantViolated for a file that is not ours. */
  read(file: Uint8Array, columns?: readonly string[]): Promise<ColumnTable>;
}

/** The file format of the lake. */
export interface TableCodec extends TableWriter, TableReader {}
