import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halvingPlan, survivors } from '../../../../../shared/domain/training/search/halving-plan.ts';

describe('a plan of successive halving', () => {
  it.each([
    [1, 4, [{ folds: 4, survivors: 1 }]],
    [9, 1, [{ folds: 1, survivors: 1 }]],
    [
      9,
      4,
      [
        { folds: 1, survivors: 3 },
        { folds: 4, survivors: 1 },
      ],
    ],
    [
      27,
      9,
      [
        { folds: 1, survivors: 9 },
        { folds: 3, survivors: 3 },
        { folds: 9, survivors: 1 },
      ],
    ],
  ])('of %i configurations over %i folds', (configurations, folds, rungs) => {
    expect(halvingPlan(configurations, folds)).toEqual(rungs);
  });

  it('ends with one on all folds, never judges on fewer folds later, and never adds configurations', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 30 }),
        (configurations, folds) => {
          const plan = halvingPlan(configurations, folds);
          expect(plan.at(-1)).toEqual({ folds, survivors: 1 });
          plan.forEach((rung, at) => {
            const before = plan[at - 1] ?? { folds: 1, survivors: configurations };
            expect(rung.folds).toBeGreaterThanOrEqual(before.folds);
            expect(rung.survivors).toBeLessThanOrEqual(before.survivors);
            expect(rung.survivors).toBeGreaterThan(0);
          });
        },
      ),
    );
  });
});

describe('survivors', () => {
  it('are the smallest losses, of equal ones the earlier, and never what could not be measured', () => {
    expect(survivors([1.1, 0.9, Number.NaN, 0.9, 1], 3)).toEqual([1, 3, 4]);
    expect(survivors([Number.NaN, 2], 1)).toEqual([1]);
    expect(survivors([], 2)).toEqual([]);
  });
});
