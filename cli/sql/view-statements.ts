import type { ColumnTable, ColumnType } from '../../shared/domain/lake/column-table.ts';

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  double: 'DOUBLE',
  int64: 'BIGINT',
  timestamp: 'TIMESTAMPTZ',
  boolean: 'BOOLEAN',
};

/** A text as SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A view over exactly these files, with `exchange` and `date` from their folders. Columns that a file does not have
 * are missing in its rows. `columns` chooses among them and the folder's `set`.
 */
export function filesView(name: string, paths: readonly string[], columns = '*'): string {
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columns} FROM read_parquet(
    [${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = true,
    hive_types = {'date': DATE, 'exchange': VARCHAR})`;
}

/** A view of no rows with the columns that files would have; `further` names those of text that folders give. */
export function emptyView(name: string, { columns }: ColumnTable, further: readonly string[] = []): string {
  const own = columns.map((column) => `NULL::${SQL_TYPES[column.type]} AS "${column.name}"`);
  const fromFolders = ['NULL::DATE AS "date"', ...further.map((column) => `NULL::VARCHAR AS "${column}"`)];
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${[...own, ...fromFolders].join(', ')} WHERE false`;
}
