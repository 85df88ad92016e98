import { describe, expect, it } from 'vitest';
import { candidateRows } from '../../../../shared/domain/training/candidate-rows.ts';
import { NO_LABEL } from '../../../../shared/domain/training/classes.ts';
import { aFeatureRow, aLabelRow } from '../../../factories/rows.ts';

const priced = (minute: number, underlying_price: number) =>
  aFeatureRow(minute, [minute, -minute], { underlying_price });

describe('candidateRows', () => {
  const features = [priced(3, 103), priced(0, 100), priced(1, 101), priced(4, 104), priced(6, 106)];
  const labels = [
    aLabelRow(0, { target: 1, minutes_to_hit: 3 }),
    aLabelRow(1, { target: -1, minutes_to_hit: 4 }),
    aLabelRow(3, { target: 0, minutes_to_hit: 3 }),
    aLabelRow(4, { target: null, minutes_to_hit: null }),
    aLabelRow(99, { target: 1, minutes_to_hit: 1 }),
  ];
  const rows = candidateRows(features, labels);

  it('joins by time in the order of time', () => {
    expect([...rows.prices]).toEqual([100, 101, 103, 104, 106]);
    expect([...rows.features]).toEqual([0, -0, 1, -1, 3, -3, 4, -4, 6, -6]);
    expect(rows.sessions).toEqual(Array(5).fill('2025-12-04'));
    expect([...rows.timestampsMs]).toEqual([0, 1, 3, 4, 6].map((m) => Date.UTC(2025, 11, 4, 4) + m * 60_000));
  });

  it('joins the rows of any feature set with the one label set', () => {
    const renamed = features.map((row) => ({ ...row, uid: `${row.uid}-other`, feature_set: 'other' }));
    expect(candidateRows(renamed, labels)).toEqual(rows);
  });

  it('keeps rows without a target, and without a label row, as unlabelled', () => {
    expect([...rows.targets]).toEqual([1, -1, 0, NO_LABEL, NO_LABEL]);
    expect([...rows.labelSpanMinutes]).toEqual([3, 4, 3, 0, 0]);
  });

  it('runs the forward return to the minute in which the label was known, by the clock', () => {
    expect(rows.forwardReturns[0]).toBe(103 / 100 - 1);
    expect(rows.forwardReturns[2]).toBe(106 / 103 - 1);
    // 10:01 + 4 minutes has no row; unlabelled rows have no return.
    expect([1, 3, 4].map((at) => rows.forwardReturns[at])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('finds the minute also where the row stands a few seconds into it', () => {
    const late = priced(3, 110);
    const shifted = { ...late, timestamp: late.timestamp.replace(':00.000Z', ':07.250Z') };
    const [label] = labels;
    expect(candidateRows([priced(0, 100), shifted], [label!]).forwardReturns[0]).toBe(110 / 100 - 1);
  });

  it('assigns a row to the Indian date of its session', () => {
    const night = aFeatureRow(0, [0, 0], { timestamp: '2025-12-04T19:00:00.000Z' });
    expect(candidateRows([night], []).sessions).toEqual(['2025-12-05']);
  });

  it('is empty for nothing', () => {
    const empty = candidateRows([], labels);
    expect([empty.features.length, empty.targets.length, empty.sessions]).toEqual([0, 0, []]);
  });
});
