import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DayColumns, dayColumns } from '../../../../shared/domain/datasets/day-columns.ts';
import { featureTable } from '../../../../shared/domain/features/feature-table.ts';
import { labelTable } from '../../../../shared/domain/labels/label-table.ts';
import { collectCandidateRows } from '../../../../shared/domain/training/candidate-rows.ts';
import { NO_LABEL } from '../../../../shared/domain/training/classes.ts';
import { targetNamed } from '../../../../shared/domain/training/targets.ts';
import { aFeatureRow, aLabelRow } from '../../../factories/rows.ts';

const NAMES = ['a', 'b'];
const priced = (minute: number, underlying_price: number) =>
  aFeatureRow(minute, [minute, -minute], { underlying_price });
const aDay = (
  features: readonly ReturnType<typeof aFeatureRow>[],
  labels: readonly ReturnType<typeof aLabelRow>[],
  date = '2025-12-04',
) => dayColumns(date, featureTable(features, NAMES), labelTable(labels), NAMES);
function collected(days: readonly DayColumns[], count = days.reduce((sum, day) => sum + day.rows, 0)) {
  const collector = collectCandidateRows(count, NAMES.length, ['spot_frozen', 'crossed_quotes']);
  for (const day of days) collector.add(day);
  return collector.rows();
}

describe('collectCandidateRows', () => {
  const features = [priced(0, 100), priced(1, 101), priced(3, 103), priced(4, 104), priced(6, 106)];
  const labels = [
    aLabelRow(0, { target: 1, minutes_to_hit: 3 }),
    aLabelRow(1, { target: -1, minutes_to_hit: 4 }),
    aLabelRow(3, { target: 0, minutes_to_hit: 3 }),
    aLabelRow(4, { target: null, minutes_to_hit: null }),
    aLabelRow(99, { target: 1, minutes_to_hit: 1 }),
  ];
  const rows = collected([aDay(features, labels)]);

  it('has the features row by row, with times, prices and the session', () => {
    expect([...rows.prices]).toEqual([100, 101, 103, 104, 106]);
    expect([...rows.features]).toEqual([0, -0, 1, -1, 3, -3, 4, -4, 6, -6]);
    expect(rows.sessions).toEqual(Array(5).fill('2025-12-04'));
    expect([...rows.timestampsMs]).toEqual([0, 1, 3, 4, 6].map((m) => Date.UTC(2025, 11, 4, 4) + m * 60_000));
  });

  it('joins the rows of any feature set with the one label set', () => {
    const renamed = features.map((row) => ({ ...row, uid: `${row.uid}-other`, feature_set: 'other' }));
    expect(collected([aDay(renamed, labels)])).toEqual(rows);
  });

  it('keeps rows without a target, and without a label row, as unlabelled', () => {
    expect([...rows.targets]).toEqual([1, -1, 0, NO_LABEL, NO_LABEL]);
    expect([...rows.labelSpanMinutes]).toEqual([3, 4, 3, 0, 0]);
  });

  it('has the labels, spans and moves of whatever target is asked for', () => {
    const own = [
      aLabelRow(0, { direction_3: 1, return_15: -0.25 }),
      aLabelRow(1, { direction_3: -1, return_15: null }),
      aLabelRow(3, { direction_3: 0, return_15: 0.5 }),
    ];
    const of = (name: string) => {
      const target = targetNamed(name);
      const tables = [featureTable(features, NAMES), labelTable(own)] as const;
      const collector = collectCandidateRows(features.length, NAMES.length, [], target);
      collector.add(dayColumns('2025-12-04', ...tables, NAMES, target.source));
      return collector.rows();
    };
    const direction = of('dir3');
    expect([...direction.targets]).toEqual([1, -1, 0, NO_LABEL, NO_LABEL]);
    expect([...direction.labelSpanMinutes]).toEqual([3, 3, 3, 0, 0]);
    expect([...direction.forwardReturns]).toEqual([
      103 / 100 - 1,
      104 / 101 - 1,
      106 / 103 - 1,
      Number.NaN,
      Number.NaN,
    ]);
    const size = of('mag15');
    expect([...size.labels]).toEqual([2_500, Number.NaN, 5_000, Number.NaN, Number.NaN]);
    expect([...size.targets]).toEqual(Array(5).fill(NO_LABEL));
    expect([...size.labelSpanMinutes]).toEqual([15, 0, 15, 0, 0]);
  });

  it('leaves a day without any label out, so that it counts for nothing', () => {
    const silent = aDay(
      [priced(7, 90), priced(8, 91)],
      [aLabelRow(7, { target: null, minutes_to_hit: null })],
      '2025-12-05',
    );
    expect(collected([aDay(features, labels), silent])).toEqual(rows);
    expect(collected([silent]).sessions).toEqual([]);
    expect(() => collected([aDay(features, labels), silent], 6)).toThrow(
      'expected 6 as the manifest says, was 7',
    );
  });

  it('leaves rows out that quality blocks, counts them by flag, and keeps all others as they are', () => {
    const flags = [['vix_missing'], ['spot_frozen', 'crossed_quotes'], [], ['spot_frozen'], ['minute_gap']];
    const flagged = features.map((row, at) => ({ ...row, quality_flags: flags[at]! }));
    const { blockedRows, ...clean } = collected([aDay(flagged, labels)]);
    expect(blockedRows).toEqual({ rows: 2, flags: { spot_frozen: 2, crossed_quotes: 1 } });
    const of = <T>(all: ArrayLike<T>) => [0, 2, 4].map((at) => all[at]!);
    expect([...clean.prices]).toEqual(of(rows.prices));
    expect([...clean.features]).toEqual([0, -0, 3, -3, 6, -6]);
    expect([...clean.timestampsMs]).toEqual(of(rows.timestampsMs));
    expect(clean.sessions).toEqual(of(rows.sessions));
    expect([...clean.targets]).toEqual(of(rows.targets));
    expect([...clean.labelSpanMinutes]).toEqual(of(rows.labelSpanMinutes));
    expect([...clean.forwardReturns]).toEqual(of(rows.forwardReturns));
    expect(rows.blockedRows).toEqual({ rows: 0, flags: {} });
  });

  it('does not count a day as a session when all its labelled rows are blocked', () => {
    const frozen = { quality_flags: ['spot_frozen'] };
    const bad = [aFeatureRow(0, [0, 0], frozen), aFeatureRow(4, [4, 4])];
    const empty = collected([aDay(bad, labels)]);
    expect([empty.sessions, empty.blockedRows.rows]).toEqual([[], 1]);
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
    expect(collected([aDay([priced(0, 100), shifted], [label!])]).forwardReturns[0]).toBe(110 / 100 - 1);
  });

  it('never looks for a price in another session', () => {
    const label = aLabelRow(0, { target: 1, minutes_to_hit: 3 });
    const later = aLabelRow(3, { target: 1, minutes_to_hit: 3 });
    const days = [aDay([priced(0, 100)], [label]), aDay([priced(3, 103)], [later], '2025-12-05')];
    expect([...collected(days).forwardReturns]).toEqual([Number.NaN, Number.NaN]);
  });

  it('gives the same rows however they are cut into sessions', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { maxLength: 40 }), fc.nat(40), (minutes, cut) => {
        const sorted = minutes.sort((a, b) => a - b).map((minute) => priced(minute, 100 + minute));
        // Known so late that no session has the minute, however it is cut.
        const known = minutes.map((minute) => aLabelRow(minute, { target: 0, minutes_to_hit: 500 }));
        const whole = collected([aDay(sorted, known)]);
        const parts = collected([aDay(sorted.slice(0, cut), known), aDay(sorted.slice(cut), known)]);
        expect(whole.prices).toHaveLength(minutes.length);
        expect(parts).toEqual(whole);
      }),
    );
  });

  it('is empty for nothing', () => {
    const empty = collected([aDay([], labels)]);
    expect([empty.features.length, empty.targets.length, empty.sessions]).toEqual([0, 0, []]);
  });

  it.each([
    ['days out of order', [aDay([priced(9, 1)], []), aDay([priced(1, 1)], [])], 2, /by rising time/],
    ['a row twice', [aDay([priced(1, 1), priced(1, 1)], [])], 2, /by rising time/],
    ['more rows than said', [aDay([priced(0, 1), priced(1, 1)], [])], 1, /expected 1 .*was 2/],
    ['fewer rows than said', [aDay([priced(0, 1)], [])], 2, /expected 2 .*was 1/],
  ] as const)('refuses %s', (_, days, count, message) => {
    expect(() => collected(days, count)).toThrow(message);
  });
});
