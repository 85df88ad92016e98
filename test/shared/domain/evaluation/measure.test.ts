import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { executionConfig } from '../../../../shared/config/execution.ts';
import { gatePolicy } from '../../../../shared/config/gate.ts';
import { judge, judgeAgainst } from '../../../../shared/domain/evaluation/judge.ts';
import { measure } from '../../../../shared/domain/evaluation/measure.ts';
import type { ScoredRow } from '../../../../shared/domain/evaluation/scored-row.ts';

const execution = executionConfig().backtest;
const { rules } = gatePolicy();

function row(change: Partial<ScoredRow> = {}): ScoredRow {
  return {
    session: '2026-03-02',
    minute: 600,
    price: 100,
    sell: 0.1,
    hold: 0.2,
    buy: 0.7,
    regime: 0,
    label: 1,
    position: 1,
    ...change,
  };
}

describe('measures', () => {
  test('nothing measured is null, not zero', () =>
    expect(measure([], execution, rules)).toMatchObject({
      f1: null,
      precision_at_top_k: null,
      calibration: null,
    }));
  test('rows without a label count in the backtest only', () => {
    const result = measure([row(), row({ minute: 601, label: null })], execution, rules);
    expect(result).toMatchObject({ rows: 2, labelled_rows: 1, effective_samples: 1 / 15 });
  });
  test('F1 of the directions by hand', () => {
    const rows = [
      row(),
      row({ label: -1 }),
      row({ buy: 0.1, sell: 0.7, label: -1 }),
      row({ buy: 0.1, hold: 0.8, label: 1 }),
    ];
    const result = measure(rows, execution, rules);
    // BUY: 2 predicted, 2 present, 1 right; SELL: 1 predicted, 2 present, 1 right.
    expect(result.f1).toBeCloseTo((2 / 4 + 2 / 3) / 2, 12);
    expect(result.f1_without_skill).toBe(0.5);
  });
  test('precision counts the k most confident of each day', () => {
    const day = (session: string, right: number) =>
      Array.from({ length: 10 }, (_, i) =>
        row({
          session,
          minute: 600 + i,
          buy: 0.9 - i / 100,
          hold: 0.05,
          sell: 0.05 + i / 100,
          label: i < right ? 1 : -1,
        }),
      );
    const result = measure([...day('a', 5), ...day('b', 1)], execution, rules);
    expect(result.precision_at_top_k).toBeCloseTo(6 / 10, 12);
  });
  test('calibration by hand', () => {
    const rows = [row(), row({ label: -1 })];
    const { calibration } = measure(rows, execution, rules);
    expect(calibration?.ece).toBeCloseTo(0.2, 12);
    expect(calibration?.brier).toBeCloseTo((0.01 + 0.04 + 0.09 + 0.81 + 0.04 + 0.49) / 2, 12);
    expect(calibration?.brier_base_rate).toBeCloseTo(0.5, 12);
    expect(calibration?.log_loss).toBeCloseTo(-(Math.log(0.7) + Math.log(0.1)) / 2, 12);
  });
  test('every score stays in its range', () => {
    const label = fc.constantFrom<-1 | 0 | 1>(-1, 0, 1);
    const weights = fc.tuple(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 100 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(label, weights), { minLength: 1, maxLength: 40 }), (cases) => {
        const rows = cases.map(([known, [a, b, c]], i) =>
          row({
            minute: 600 + i,
            label: known,
            sell: a / (a + b + c),
            hold: b / (a + b + c),
            buy: c / (a + b + c),
          }),
        );
        const { f1, precision_at_top_k, calibration } = measure(rows, execution, rules);
        for (const share of [f1, precision_at_top_k, calibration?.ece]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(calibration?.brier).toBeLessThanOrEqual(2);
      }),
    );
  });
});

test('on a session in both lists the bundle itself counts', () => {
  const bundle = { version: 'v', bundle_hash: 'a', logic_hash: 'b' };
  const walk_forward = [row({ session: '2026-03-01' }), row({ session: '2026-03-02', label: -1 })];
  const { all, held_out } = judge({ ...bundle, walk_forward, held_out: [row()] }, execution, rules);
  expect(all.backtest.days.map((day) => day.session)).toEqual(['2026-03-01', '2026-03-02']);
  expect(all.labelled_rows).toBe(2);
  expect(all.f1_without_skill).toBe(0.5);
  expect(held_out.labelled_rows).toBe(1);
});

describe('candidate and production', () => {
  const bundle = (version: string) => ({ version, bundle_hash: 'a', logic_hash: 'b' });
  const day = (session: string) => row({ session });
  const mine = {
    ...bundle('new'),
    walk_forward: ['d1', 'd2', 'd3'].map(day),
    held_out: ['d4', 'd5'].map(day),
  };
  const theirs = {
    ...bundle('old'),
    walk_forward: ['d0', 'd1', 'd2'].map(day),
    held_out: ['d3', 'd4'].map(day),
  };
  const sessions = (one: { backtest: { days: readonly { session: string }[] } }) =>
    one.backtest.days.map((each) => each.session);
  const { candidate, common, baseline } = judgeAgainst(mine, theirs, execution, rules);
  test('the candidate keeps its whole record', () =>
    expect(sessions(candidate.all)).toEqual(['d1', 'd2', 'd3', 'd4', 'd5']));
  test('both are compared on the same days', () => {
    expect(sessions(common!.all)).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(sessions(baseline!.all)).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(sessions(common!.held_out)).toEqual(['d4']);
    expect(sessions(baseline!.held_out)).toEqual(['d4']);
  });
  test('no production, nothing in common', () =>
    expect(judgeAgainst(mine, null, execution, rules)).toMatchObject({ common: null, baseline: null }));
  test('records that never meet have no days', () => {
    const old = { ...bundle('older'), walk_forward: ['a'].map(day), held_out: ['b'].map(day) };
    const pair = judgeAgainst(mine, old, execution, rules);
    expect(sessions(pair.common!.all)).toEqual([]);
    expect(pair.baseline!.held_out.calibration).toBeNull();
  });
  test('any two records are cut to the same days', () => {
    const days = fc.subarray(['d1', 'd2', 'd3', 'd4', 'd5', 'd6']);
    fc.assert(
      fc.property(days, days, days, days, (a, b, c, d) => {
        const pair = judgeAgainst(
          { ...bundle('x'), walk_forward: a.map(day), held_out: b.map(day) },
          { ...bundle('y'), walk_forward: c.map(day), held_out: d.map(day) },
          execution,
          rules,
        );
        expect(sessions(pair.common!.all)).toEqual(sessions(pair.baseline!.all));
        expect(sessions(pair.common!.held_out)).toEqual(sessions(pair.baseline!.held_out));
      }),
    );
  });
});
