import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halvingPlan, survivors } from '../../../../../shared/domain/training/search/halving-plan.ts';

describe('a plan of successive halving', () => {
  it.each([
    [1, [{ share: 1, survivors: 1 }]],
    [2, [{ share: 1, survivors: 1 }]],
    [
      5,
      [
        { share: 1 / 3, survivors: 2 },
        { share: 1, survivors: 1 },
      ],
    ],
    [
      9,
      [
        { share: 1 / 9, survivors: 3 },
        { share: 1 / 3, survivors: 1 },
        { share: 1, survivors: 1 },
      ],
    ],
  ])('of %i configurations', (configurations, rungs) => {
    expect(halvingPlan(configurations)).toEqual(rungs);
  });

  it('ends with one and all rounds, gives more rounds each time, and never adds configurations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (configurations) => {
        const plan = halvingPlan(configurations);
        expect(plan.length).toBeLessThanOrEqual(3);
        expect(plan.at(-1)).toEqual({ share: 1, survivors: 1 });
        plan.forEach((rung, at) => {
          const before = plan[at - 1] ?? { share: 0, survivors: configurations };
          expect(rung.share).toBeGreaterThan(before.share);
          expect(rung.survivors).toBeLessThanOrEqual(before.survivors);
          expect(rung.survivors).toBeGreaterThan(0);
        });
      }),
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
