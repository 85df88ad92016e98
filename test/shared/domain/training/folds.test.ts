import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  embargoSessions,
  purgedBlockFolds,
  sessionRows,
  walkForwardFolds,
} from '../../../../shared/domain/training/folds.ts';

const sessionsOf = (count: number, rows = 4) =>
  Array.from(
    { length: count * rows },
    (_, row) => `2025-11-${String(1 + Math.floor(row / rows)).padStart(2, '0')}`,
  );

describe('sessionRows', () => {
  it('groups rows that stand together', () => {
    expect(sessionRows(['a', 'a', 'b'])).toEqual([
      { session: 'a', start: 0, end: 2 },
      { session: 'b', start: 2, end: 3 },
    ]);
    expect(sessionRows([])).toEqual([]);
  });
});

describe('embargoSessions', () => {
  it('is a whole session as soon as there are ten to spare one of', () => {
    expect([1, 9, 10, 250].map(embargoSessions)).toEqual([0, 0, 1, 1]);
  });
});

describe('walkForwardFolds', () => {
  it('fits on what came before, as its example says', () => {
    const folds = walkForwardFolds(sessionRows(sessionsOf(6, 1)), 2, 0);
    expect(folds.map(({ train, test }) => [[...train], [...test]])).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
    ]);
  });

  it('keeps the embargo, judges every later session once, and never looks ahead', () => {
    const shape = fc.record({
      sessions: fc.integer({ min: 3, max: 28 }),
      folds: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(shape, ({ sessions, folds }) => {
        const embargo = embargoSessions(sessions);
        const plan = walkForwardFolds(sessionRows(sessionsOf(sessions)), folds, embargo);
        expect(plan.length).toBeGreaterThan(0);
        for (const { train, test } of plan) {
          const gap = Math.floor(test[0]! / 4) - Math.floor(train.at(-1)! / 4);
          expect(gap).toBe(1 + embargo);
          expect(train[0]).toBe(0);
        }
        const judged = plan.flatMap(({ test }) => [...test]);
        expect(judged).toEqual(judged.map((_, at) => judged[0]! + at));
        expect(judged.at(-1)).toBe(sessions * 4 - 1);
      }),
    );
  });

  it('gives no fold when there is nothing to judge', () => {
    expect(walkForwardFolds(sessionRows(sessionsOf(1)), 4, 0)).toEqual([]);
  });
});

describe('purgedBlockFolds', () => {
  const times = Float64Array.from({ length: 100 }, (_, row) => row * 60_000);
  const ends = times.map((time) => time + 15 * 60_000);

  it('drops every row whose label reaches into the block or its embargo', () => {
    const folds = purgedBlockFolds(times, ends, 4, 5 * 60_000);
    expect(folds).toHaveLength(3);
    for (const { train, test } of folds) {
      for (const row of train) expect(ends[row]).toBeLessThan(times[test[0]!]! - 5 * 60_000);
    }
    // The first block of 20 rows has no training row left that ends 5 minutes before it.
    expect(folds[0]!.train).toHaveLength(20);
    expect([...folds[0]!.test]).toEqual(Array.from({ length: 20 }, (_, at) => 40 + at));
  });

  it('purges nothing when labels are short', () => {
    const folds = purgedBlockFolds(times, times, 4, 0);
    expect(folds.map(({ train }) => train.length)).toEqual([20, 40, 60, 80]);
  });
});
