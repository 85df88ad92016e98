import { RejectedInput } from '../../../errors.ts';
import { featureUid } from '../../features/feature-set.ts';
import { featureTable } from '../../features/feature-table.ts';
import type { ColumnTable } from '../../lake/column-table.ts';
import { utcIso } from '../../market/indian-time.ts';
import type { Exchange } from '../../market/snapshot.ts';
import type { LegacyRow } from './legacy-row.ts';

/** The labels of imported batches: the tracker's triple barrier, of which only the target was kept. */
export const LEGACY_LABEL_SET = 'tracker-legacy';
/** The tracker looks 15 minutes ahead, and its batches do not say when a barrier was met. */
const HORIZON_MINUTES = 15;

/** One exchange's day of an imported batch as the lake's tables. */
export interface LegacyDay {
  readonly exchange: Exchange;
  readonly date: string;
  readonly features: ColumnTable;
  readonly labels: ColumnTable;
}

/** One of the tracker's training batches: it becomes one dataset version. */
export interface LegacyBatch {
  readonly version: string;
  /** When the tracker made it (UTC ISO): nothing in it was known later. */
  readonly createdAt: string;
  readonly days: readonly LegacyDay[];
}

/**
 * Rows in any order as batches by name, with their days by exchange and date. The same rows always give the same
 * tables. @throws RejectedInput naming a batch that has a minute twice or two creation times.
 */
export function legacyBatches(
  rows: readonly LegacyRow[],
  featureSet: string,
  featureNames: readonly string[],
): LegacyBatch[] {
  const batches = [...Map.groupBy(rows, (row) => row.batchId)].map(([id, ofBatch]) => ({
    version: `legacy-${id}`,
    createdAt: createdAtOf(id, ofBatch),
    days: [...Map.groupBy(ofBatch, (row) => `${row.exchange} ${row.date}`)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, ofDay]) => dayOf(id, ofDay, featureSet, featureNames)),
  }));
  return batches.sort((a, b) => (a.version < b.version ? -1 : 1));
}

function createdAtOf(id: string, rows: readonly LegacyRow[]): string {
  const times = new Set(rows.map((row) => row.createdMs));
  const [first, second] = times;
  if (second === undefined) return utcIso(first!);
  const was = [first!, second].map(utcIso).join(' and ');
  throw new RejectedInput(`batch ${id}: expected one created_at, was ${was}`, { field: 'created_at' });
}

function dayOf(
  id: string,
  unsorted: readonly LegacyRow[],
  featureSet: string,
  featureNames: readonly string[],
): LegacyDay {
  const rows = [...unsorted].sort((a, b) => a.timestampMs - b.timestampMs);
  const { exchange, date } = rows[0]!;
  const twice = rows.find((row, at) => row.timestampMs === rows[at - 1]?.timestampMs);
  if (twice !== undefined) {
    const was = utcIso(twice.timestampMs);
    throw new RejectedInput(`batch ${id}: expected each moment of ${exchange} once, was ${was} twice`, {
      field: 'timestamp',
    });
  }
  return {
    exchange,
    date,
    features: featuresOf(rows, featureSet, featureNames),
    labels: labelsOf(rows, featureSet),
  };
}

function featuresOf(
  rows: readonly LegacyRow[],
  featureSet: string,
  featureNames: readonly string[],
): ColumnTable {
  const featureRows = rows.map(({ exchange, timestampMs, createdMs, underlyingPrice, values }) => {
    const timestamp = utcIso(timestampMs);
    return {
      uid: featureUid(exchange, timestamp, featureSet),
      timestamp,
      received_at: timestamp,
      recorded_at: utcIso(createdMs),
      exchange,
      feature_set: featureSet,
      snapshot_id: '',
      underlying_price: underlyingPrice ?? Number.NaN,
      values,
      quality_flags: ['imported_legacy'],
    };
  });
  return featureTable(featureRows, featureNames);
}

function labelsOf(rows: readonly LegacyRow[], featureSet: string): ColumnTable {
  const uid = ({ exchange, timestampMs }: LegacyRow) => featureUid(exchange, utcIso(timestampMs), featureSet);
  const horizon = ({ target }: LegacyRow) => (target === null ? null : HORIZON_MINUTES);
  return {
    rows: rows.length,
    columns: [
      { name: 'uid', type: 'string', values: rows.map(uid) },
      { name: 'timestamp', type: 'timestamp', values: rows.map((row) => row.timestampMs) },
      { name: 'target', type: 'int64', values: rows.map((row) => row.target) },
      { name: 'minutes_to_hit', type: 'int64', values: rows.map(horizon) },
    ],
  };
}
