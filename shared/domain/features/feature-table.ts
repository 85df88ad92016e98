import { type Column, type ColumnTable, column } from '../lake/column-table.ts';
import { epochMs, utcIso } from '../market/indian-time.ts';
import type { FeatureRow } from './feature-row.ts';

/** Feature rows as the lake holds them: identity first, then one DOUBLE column per feature (NaN becomes missing). */
export function featureTable(rows: readonly FeatureRow[], names: readonly string[]): ColumnTable {
  const text = (name: 'uid' | 'exchange' | 'feature_set' | 'snapshot_id'): Column => ({
    name,
    type: 'string',
    values: rows.map((row) => row[name]),
  });
  const time = (name: 'timestamp' | 'received_at' | 'recorded_at'): Column => ({
    name,
    type: 'timestamp',
    values: rows.map((row) => epochMs(row[name])),
  });
  return {
    rows: rows.length,
    columns: [
      text('uid'),
      time('timestamp'),
      time('received_at'),
      time('recorded_at'),
      text('exchange'),
      text('feature_set'),
      text('snapshot_id'),
      { name: 'underlying_price', type: 'double', values: rows.map((row) => row.underlying_price) },
      ...names.map(
        (name, index): Column => ({ name, type: 'double', values: rows.map((row) => row.values[index]!) }),
      ),
      { name: 'quality_flags', type: 'string', values: rows.map((row) => row.quality_flags.join(' ')) },
    ],
  };
}

/** The rows of a feature table, the inverse of `featureTable`; missing becomes NaN. */
export function featureRowsOf(table: ColumnTable, names: readonly string[]): FeatureRow[] {
  const text = (name: string) => column(table, name) as readonly string[];
  const time = (name: string) => (column(table, name) as readonly number[]).map(utcIso);
  const [uid, exchange, set, snapshot] = [
    text('uid'),
    text('exchange'),
    text('feature_set'),
    text('snapshot_id'),
  ];
  const [timestamp, received, recorded] = [time('timestamp'), time('received_at'), time('recorded_at')];
  const price = column(table, 'underlying_price') as readonly number[];
  const flags = column(table, 'quality_flags') as readonly (string | null)[];
  const features = names.map((name) => column(table, name));
  return Array.from({ length: table.rows }, (_, row) => ({
    uid: uid[row]!,
    timestamp: timestamp[row]!,
    received_at: received[row]!,
    recorded_at: recorded[row]!,
    exchange: exchange[row] as FeatureRow['exchange'],
    feature_set: set[row]!,
    snapshot_id: snapshot[row]!,
    underlying_price: price[row]!,
    values: Float64Array.from(features, (values) => (values[row] as number | null) ?? Number.NaN),
    quality_flags: (flags[row] ?? '').split(' ').filter(Boolean),
  }));
}
