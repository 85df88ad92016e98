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

/** Several tables with the same columns, one after another. An empty list gives no rows and no columns. */
export function concatTables(tables: readonly ColumnTable[]): ColumnTable {
  const [first] = tables;
  if (first === undefined) return { rows: 0, columns: [] };
  return {
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    columns: first.columns.map(({ name, type }) => ({
      name,
      type,
      values: tables.flatMap((table) => column(table, name)),
    })),
  };
}
