import { type Cell, type Column, type ColumnTable, type ColumnType, column } from '../lake/column-table.ts';
import { epochMs, utcIso } from '../market/indian-time.ts';
import { LABEL_COLUMNS, type LabelRow } from './label-row.ts';

/** Label rows as the lake holds them: `uid` and `timestamp`, then the label columns; null stays missing. */
export function labelTable(rows: readonly LabelRow[]): ColumnTable {
  const columns: Column[] = [
    { name: 'uid', type: 'string', values: rows.map((row) => row.uid) },
    { name: 'timestamp', type: 'timestamp', values: rows.map((row) => epochMs(row.timestamp)) },
    ...LABEL_COLUMNS.map((name) => ({
      name,
      type: typeOf(name),
      values: rows.map((row): Cell => row[name]),
    })),
  ];
  return { rows: rows.length, columns };
}

/** The rows of a label table, the inverse of `labelTable`. */
export function labelRowsOf(table: ColumnTable): LabelRow[] {
  const uids = column(table, 'uid') as readonly string[];
  const times = column(table, 'timestamp') as readonly number[];
  const labels = LABEL_COLUMNS.map((name) => [name, column(table, name)] as const);
  return uids.map((uid, row) => {
    const values = Object.fromEntries(labels.map(([name, cells]) => [name, cells[row] ?? null]));
    return { uid, timestamp: utcIso(times[row]!), ...values } as LabelRow;
  });
}

function typeOf(name: (typeof LABEL_COLUMNS)[number]): ColumnType {
  if (name === 'barrier_hit') return 'string';
  return name.startsWith('return_') || name === 'volatility' ? 'double' : 'int64';
}
