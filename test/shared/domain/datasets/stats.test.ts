import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DayColumns, NO_TARGET } from '../../../../shared/domain/datasets/day-columns.ts';
import { collectStats } from '../../../../shared/domain/datasets/stats.ts';

type Row = readonly [target: number | null, a: number, b: number];

function aDay(
  date: string,
  rows: readonly Row[],
  session: readonly (number | null)[] | null = null,
): DayColumns {
  const targets = (values: readonly (number | null)[]) =>
    Int8Array.from(values, (value) => value ?? NO_TARGET);
  return {
    date,
    rows: rows.length,
    timestampsMs: Float64Array.from(rows.keys()),
    prices: new Float64Array(rows.length),
    features: [Float64Array.from(rows, (row) => row[1]), Float64Array.from(rows, (row) => row[2])],
    targets: targets(rows.map((row) => row[0])),
    labels: new Float64Array(rows.length),
    labelMinutes: new Float64Array(rows.length),
    sessionTargets: session === null ? null : targets(session),
    qualityFlags: rows.map(() => ''),
  };
}
const statsOf = (days: readonly DayColumns[]) => {
  const collector = collectStats(['a', 'b']);
  for (const day of days) collector.add(day);
  return collector.stats();
};
const { NaN: NONE, POSITIVE_INFINITY: INFINITE } = Number;

describe('collectStats', () => {
  it('counts days, rows, present cells (infinity is one) and targets', () => {
    const first = aDay('2025-12-03', [
      [-1, 1, NONE],
      [0, INFINITE, 2],
    ]);
    const second = aDay('2025-12-04', [
      [1, 1, 2],
      [null, 0, NONE],
      [null, 1, 2],
    ]);
    expect(statsOf([first, second])).toEqual({
      days: 2,
      first_date: '2025-12-03',
      last_date: '2025-12-04',
      rows_per_day: { '2025-12-03': 2, '2025-12-04': 3 },
      completeness: { a: 1, b: 0.6 },
      label_balance: { sell: 1, hold: 1, buy: 1, unlabelled: 2 },
      session_label_balance: null,
    });
  });

  it('counts both triple barriers; a day without the second is unlabelled in it', () => {
    const rows: Row[] = [
      [1, 1, 1],
      [0, 1, 1],
    ];
    const stats = statsOf([aDay('2025-12-03', rows), aDay('2025-12-04', rows, [-1, null])]);
    expect(stats.label_balance).toEqual({ sell: 0, hold: 2, buy: 2, unlabelled: 0 });
    expect(stats.session_label_balance).toEqual({ sell: 1, hold: 0, buy: 0, unlabelled: 3 });
  });

  it('is zero without days', () => {
    expect(statsOf([])).toEqual({
      days: 0,
      first_date: null,
      last_date: null,
      rows_per_day: {},
      completeness: { a: 0, b: 0 },
      label_balance: { sell: 0, hold: 0, buy: 0, unlabelled: 0 },
      session_label_balance: null,
    });
  });

  it('adds up to the rows, and does not depend on how they are cut into days', () => {
    const value = fc.constantFrom(NONE, 0, 1, INFINITE);
    const row = fc.tuple(fc.constantFrom(-1, 0, 1, null), value, value);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.nat(30), (rows, cut) => {
        const whole = statsOf([aDay('d', rows)]);
        const parts = statsOf([aDay('c', rows.slice(0, cut)), aDay('d', rows.slice(cut))]);
        const { sell, hold, buy, unlabelled } = whole.label_balance;
        expect(sell + hold + buy + unlabelled).toBe(rows.length);
        expect(parts.label_balance).toEqual(whole.label_balance);
        expect(parts.completeness).toEqual(whole.completeness);
      }),
    );
  });
});
