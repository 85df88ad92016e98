import { type Cell, type Column, type ColumnTable, type ColumnType, column } from '../lake/column-table.ts';
import { epochMs, utcIso } from '../market/indian-time.ts';
import { LABEL_COLUMNS, type LabelColumn, type LabelRow } from './label-row.ts';

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

/** The label columns of `tracker-tb15-v1`, the set before `chain-labels-v2`: its files and datasets stay readable. */
const COLUMNS_OF_V1: readonly LabelColumn[] = [
  'return_3',
  'direction_3',
  'return_5',
  'direction_5',
  'return_15',
  'direction_15',
  'return_30',
  'direction_30',
  'target',
  'barrier_hit',
  'minutes_to_hit',
  'volatility',
];

/**
 * The rows of a label table, the inverse of `labelTable`. A file of `tracker-tb15-v1` has its own columns; what it did
 * not label is null. Throws RangeError naming a column that the table should have.
 */
export function labelRowsOf(table: ColumnTable): LabelRow[] {
  const uids = column(table, 'uid') as readonly string[];
  const times = column(table, 'timestamp') as readonly number[];
  const isV1 = table.columns.length === COLUMNS_OF_V1.length + 2;
  const labels = LABEL_COLUMNS.map((name) => {
    const isLabelled = !isV1 || COLUMNS_OF_V1.includes(name);
    return [name, isLabelled ? column(table, name) : []] as const;
  });
  return uids.map((uid, row) => {
    const values = Object.fromEntries(labels.map(([name, cells]) => [name, cells[row] ?? null]));
    return { uid, timestamp: utcIso(times[row]!), ...values } as LabelRow;
  });
}

/** Text, whole numbers or doubles, by what the column says. */
function typeOf(name: LabelColumn): ColumnType {
  if (name.endsWith('barrier_hit')) return 'string';
  const isWhole = /^direction|^oi_change|target$|minutes_to_hit$/.test(name);
  return isWhole ? 'int64' : 'double';
}
