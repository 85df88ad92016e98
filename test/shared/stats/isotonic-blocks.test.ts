import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isotonicBlocks } from '../../../shared/stats/isotonic-blocks.ts';

/** The step function that the blocks are. */
const fitted = (values: readonly number[], weights: readonly number[]): number[] =>
  isotonicBlocks(values, weights).flatMap(({ start, end, value }) => new Array(end - start).fill(value));

const ones = (count: number): number[] => new Array(count).fill(1);

const weighted = fc.array(
  fc.record({
    value: fc.double({ min: -5, max: 5, noNaN: true }),
    weight: fc.double({ min: 0.01, max: 10, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('isotonicBlocks', () => {
  it('pools by hand: 1, 3, 2, 4, 1 | 5', () => {
    // 3 2 pool to 2.5; 4 1 to 2.5, which is not above 2.5: all four become one.
    expect(isotonicBlocks([1, 3, 2, 4, 1, 5], ones(6))).toEqual([
      { start: 0, end: 1, value: 1, weight: 1 },
      { start: 1, end: 5, value: 2.5, weight: 4 },
      { start: 5, end: 6, value: 5, weight: 1 },
    ]);
  });

  it('weighs', () => {
    expect(isotonicBlocks([4, 0], [1, 3])).toEqual([{ start: 0, end: 2, value: 1, weight: 4 }]);
  });

  it('gives nothing of nothing, and leaves what ascends alone', () => {
    expect(isotonicBlocks([], [])).toEqual([]);
    expect(fitted([1, 2, 3], ones(3))).toEqual([1, 2, 3]);
    expect(isotonicBlocks([3, 2, 1], ones(3))).toHaveLength(1);
  });

  // sklearn 1.9.1: IsotonicRegression().fit_transform(x, y, sample_weight=w).tolist(), with x ascending and
  // y, w = [0, 1, 0, 0, 1, 1, 0, 1, 0, 1], [1, 2, 1, 1, 3, 1, 2, 1, 1, 4]
  it("equals scikit-learn's", () => {
    const y = [0, 1, 0, 0, 1, 1, 0, 1, 0, 1];
    const w = [1, 2, 1, 1, 3, 1, 2, 1, 1, 4];
    expect(fitted(y, w)).toEqual([0, 0.5, 0.5, 0.5, 0.625, 0.625, 0.625, 0.625, 0.625, 1]);
    const third = expect.closeTo(1 / 3, 15);
    const unweighted = [0, third, third, third, 0.6, 0.6, 0.6, 0.6, 0.6, 1].map((value) =>
      value === 0.6 ? expect.closeTo(0.6, 15) : value,
    );
    expect(fitted(y, ones(10))).toEqual(unweighted);
  });

  it('ascends strictly from block to block, keeps the weighted sum, and is its own fit', () => {
    fc.assert(
      fc.property(weighted, (rows) => {
        const values = rows.map(({ value }) => value);
        const weights = rows.map(({ weight }) => weight);
        const blocks = isotonicBlocks(values, weights);
        blocks.slice(1).forEach(({ value, start }, at) => {
          expect(value).toBeGreaterThan(blocks[at]!.value);
          expect(start).toBe(blocks[at]!.end);
        });
        const sum = (of: readonly number[]) =>
          of.reduce((total, value, at) => total + value * weights[at]!, 0);
        const steps = fitted(values, weights);
        expect(steps).toHaveLength(values.length);
        expect(sum(steps)).toBeCloseTo(sum(values), 9);
        fitted(steps, weights).forEach((value, at) => {
          expect(value).toBeCloseTo(steps[at]!, 12);
        });
      }),
    );
  });

  it('is nearer than any other ascending function', () => {
    const error = (found: readonly number[], rows: readonly { value: number; weight: number }[]) =>
      rows.reduce((total, { value, weight }, at) => total + weight * (value - found[at]!) ** 2, 0);
    fc.assert(
      fc.property(
        weighted,
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (rows, other) => {
          const steps = fitted(
            rows.map(({ value }) => value),
            rows.map(({ weight }) => weight),
          );
          const ascending = other.slice(0, rows.length).sort((a, b) => a - b);
          expect(error(steps, rows)).toBeLessThanOrEqual(error(ascending, rows) + 1e-9);
        },
      ),
    );
  });
});
