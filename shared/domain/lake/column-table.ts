/** The column types of the lake: timestamps are UTC milliseconds since the epoch, integers exact up to 2^53 - 1. */
export type ColumnType = 'string' | 'double' | 'int64' | 'timestamp' | 'boolean';

export type Cell = string | number | boolean | null;

/** One column; `values` has one entry per row and null where the value is missing (NaN is written as missing). */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly Cell[];
}

/** A table as the lake's files hold it: columns of equal length, in a fixed order. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The values of a column by name. @throws RangeError naming the column when the table does not have it. */
export function column(table: ColumnTable, name: string): readonly Cell[] {
  const found = table.columns.find((candidate) => candidate.name === name);
  if (found === undefined) {
    const names = table.columns.map((candidate) => candidate.name).join(', ');
    throw new RangeError(`column: expected one of ${names}, was ${name}`);
  }
  return found.values;
}

/** Rows of a row group unless somebody wants smaller ones. */
export const ROW_GROUP_ROWS = 30_000;
/** A reader has little to gain from skipping less than this. */
const SMALLEST_GROUP_ROWS = 1_000;
const GROUPS_A_DAY = 8;

/**
 * Rows of the row groups of a sorted day, so that a filter on time skips most of it: about 30,000, but an eighth of a
 * smaller day. Examples: 500 -> 1,000; 8,250 -> 1,032; 1,000,000 -> 30,000.
 */
export function pruningGroupRows(rows: number): number {
  const share = Math.ceil(rows / GROUPS_A_DAY);
  return Math.min(ROW_GROUP_ROWS, Math.max(SMALLEST_GROUP_ROWS, share));
}
