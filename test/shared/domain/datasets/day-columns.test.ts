import { describe, expect, it } from 'vitest';
import {
  dayColumns,
  featureFileColumns,
  labelFileColumns,
  NO_TARGET,
} from '../../../../shared/domain/datasets/day-columns.ts';
import type { LabelSource } from '../../../../shared/domain/datasets/label-source.ts';
import { LABEL_SET_ID } from '../../../../shared/domain/labels/label-day.ts';
import type { Column, ColumnTable } from '../../../../shared/domain/lake/column-table.ts';
import { NO_LABEL } from '../../../../shared/domain/training/classes.ts';

const NAMES = ['a', 'b'];
const table = (columns: Record<string, Column['values']>): ColumnTable => ({
  rows: Object.values(columns)[0]!.length,
  columns: Object.entries(columns).map(([name, values]) => ({ name, type: 'double', values })),
});
const FEATURES = table({
  timestamp: [60, 120, 180, 240],
  underlying_price: [100, 101, 102, 103],
  b: [1, null, Number.POSITIVE_INFINITY, 4],
  a: [5, 6, 7, null],
  quality_flags: ['', 'vix_missing spot_frozen', null, ''],
});
const LABELS = {
  timestamp: [180, 60, 300, 240],
  target: [1, -1, 1, null],
  minutes_to_hit: [2, 7, 1, null],
};

describe('dayColumns', () => {
  const day = dayColumns('2025-12-04', FEATURES, table(LABELS), NAMES);

  it('has the features in the order of their names, missing as NaN', () => {
    expect(day.features.map((values) => [...values])).toEqual([
      [5, 6, 7, Number.NaN],
      [1, Number.NaN, Number.POSITIVE_INFINITY, 4],
    ]);
    expect([...day.prices]).toEqual([100, 101, 102, 103]);
    expect([...day.timestampsMs]).toEqual([60, 120, 180, 240]);
    expect([day.rows, day.date]).toEqual([4, '2025-12-04']);
  });

  it('has the quality flags of each row', () => {
    expect(day.qualityFlags).toEqual(['', 'vix_missing spot_frozen', '', '']);
  });

  it('joins labels by time, in whatever order they stand, and drops those without features', () => {
    expect([...day.targets]).toEqual([-1, NO_TARGET, 1, NO_TARGET]);
    expect([...day.labelMinutes]).toEqual([7, 0, 2, 0]);
    expect(day.sessionTargets).toBeNull();
  });

  it('has the target by session where the labels have one', () => {
    const labels = table({ ...LABELS, session_target: [0, null, 1, 1] });
    const { sessionTargets } = dayColumns('2025-12-04', FEATURES, labels, NAMES);
    expect([...sessionTargets!]).toEqual([NO_TARGET, NO_TARGET, 0, 1]);
  });

  it('has the label that is asked for, with the minutes of its column or one number for all', () => {
    const labels = table({ ...LABELS, direction_5: [0, -1, 1, null], session_minutes_to_hit: [9, 4, 1, 3] });
    const of = (source: LabelSource) => dayColumns('2025-12-04', FEATURES, labels, NAMES, source);
    const fixed = of({ column: 'direction_5', minutes: 5 });
    expect([...fixed.labels]).toEqual([-1, Number.NaN, 0, Number.NaN]);
    expect([...fixed.labelMinutes]).toEqual([5, 0, 5, 0]);
    expect([...fixed.targets]).toEqual([...day.targets]);
    const own = of({ column: 'direction_5', minutes: 'session_minutes_to_hit' });
    expect([...own.labelMinutes]).toEqual([4, 0, 9, 0]);
  });

  it('names a column that is not there', () => {
    expect(() => dayColumns('2025-12-04', FEATURES, table(LABELS), ['a', 'c'])).toThrow(/was c/);
  });

  it('marks a missing target as the trainer does', () => {
    expect(NO_TARGET).toBe(NO_LABEL);
  });
});

describe('the columns that a dataset reads', () => {
  it('are the features, and of labels what this code makes', () => {
    expect(featureFileColumns(NAMES)).toEqual(['timestamp', 'underlying_price', 'a', 'b', 'quality_flags']);
    expect(labelFileColumns('of-another-time')).toEqual(['timestamp', 'target', 'minutes_to_hit']);
    expect(labelFileColumns(LABEL_SET_ID)).toEqual(expect.arrayContaining(['timestamp', 'target']));
    const direction = { column: 'direction_5', minutes: 5 } as const;
    expect(labelFileColumns('of-another-time', direction)).toEqual(['timestamp', 'target', 'direction_5']);
  });
});
