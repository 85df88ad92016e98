import type { DaySummary } from '../../shared/domain/features/day-summary.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { featureUid } from '../../shared/domain/features/feature-set.ts';
import { LABEL_COLUMNS, type LabelRow } from '../../shared/domain/labels/label-row.ts';

const OPEN_MS = Date.UTC(2025, 11, 4, 4);

/** The feature row of a minute after the open, with the given values. */
export function aFeatureRow(
  minute = 0,
  values: readonly number[] = [1, 2],
  changes: Partial<FeatureRow> = {},
): FeatureRow {
  const timestamp = new Date(OPEN_MS + minute * 60_000).toISOString();
  return {
    uid: featureUid('NSE', timestamp, 'tracker-v2'),
    timestamp,
    received_at: timestamp,
    recorded_at: timestamp,
    exchange: 'NSE',
    feature_set: 'tracker-v2',
    snapshot_id: 'a'.repeat(32),
    underlying_price: 26_000,
    values: Float64Array.from(values),
    quality_flags: [],
    ...changes,
  };
}

/** The label row of a minute after the open: nothing known but what `changes` say. */
export function aLabelRow(minute = 0, changes: Partial<LabelRow> = {}): LabelRow {
  const timestamp = new Date(OPEN_MS + minute * 60_000).toISOString();
  return {
    uid: featureUid('NSE', timestamp, 'tracker-v2'),
    timestamp,
    ...Object.fromEntries(LABEL_COLUMNS.map((name) => [name, null])),
    ...changes,
  } as LabelRow;
}

/** The summary of a session: known the same evening. */
export function aDaySummary(date: string, changes: Partial<DaySummary> = {}): DaySummary {
  return {
    date,
    closeAtmIv: 0.11,
    openUnderlying: 26_000,
    closeUnderlying: 26_050,
    dailyVolatility: 0.006,
    received_at: `${date}T10:00:01.000Z`,
    recorded_at: `${date}T10:00:02.000Z`,
    ...changes,
  };
}
