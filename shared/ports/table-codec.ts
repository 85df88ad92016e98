import type { ColumnTable } from '../domain/lake/column-table.ts';

/** Writes the file format of the lake. */
export interface TableWriter {
  /**
   * The same table always gives the same bytes. NaN and undefined cells are written as missing. A filter can skip
   * whole row groups; they have 30,000 rows unless `groupRows` says otherwise.
   */
  write(table: ColumnTable, groupRows?: number): Uint8Array | Promise<Uint8Array>;
}

/** Reads the file format of the lake, whichever writer wrote it. */
export interface TableReader {
  /** Reads all columns, or only those named, in file order. @throws InvariantViolated for a file that is not ours. */
  read(file: Uint8Array, columns?: readonly string[]): Promise<ColumnTable>;
}

/** The file format of the lake. */
export interface TableCodec extends TableWriter, TableReader {}
