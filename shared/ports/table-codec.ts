import type { ColumnTable } from '../domain/lake/column-table.ts';

/** The file format of the lake. */
export interface TableCodec {
  /** The same table always gives the same bytes. NaN and undefined cells are written as missing. */
  write(table: ColumnTable): Uint8Array;
  /** Reads all columns, or only those named, in file order. @throws InvariantViolated for a file that is not ours. */
  read(file: Uint8Array, columns?: readonly string[]): Promise<ColumnTable>;
}
