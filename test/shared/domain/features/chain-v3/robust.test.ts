import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianSlope, robustScore } from '../../../../../shared/domain/features/chain-v3/robust.ts';

/** With many equal ones among them. */
const numbers = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 9 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => x + 0),
  ),
  { minLength: 1, maxLength: 60 },
);

describe('median', () => {
  it.each<[number[], number]>([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, Number.NaN, -2], 4],
    [[100, 9, 20], 20],
    [[Number.NaN], Number.NaN],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('has at most half of the values on either side, in whatever order they come, and changes none', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const before = [...values];
        const middle = median(values);
        const sorted = values.toSorted((a, b) => a - b);
        const [lower, upper] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
        expect(middle).toBe(lower === upper ? lower : (lower + upper) / 2);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
        expect(values).toEqual(before);
      }),
    );
  });
});

describe('robustScore', () => {
  it('counts deviations from the median of the others', () => {
    expect(robustScore(7, [1, 2, 3], 3)).toBeCloseTo(5 / 1.4826, 14);
    expect(robustScore(2, [1, 2, 3], 3)).toBe(0);
  });

  it('is not moved by one wild value among the others', () => {
    expect(robustScore(7, [1, 2, 3, 4, 1e9], 3)).toBeCloseTo(4 / 1.4826, 14);
  });

  it('is missing with too few others, or without spread', () => {
    expect(robustScore(7, [1, 2], 3)).toBeNaN();
    expect(robustScore(7, [2, 2, 2], 3)).toBeNaN();
  });
});

describe('medianSlope', () => {
  it('is the slope of a line, whatever one point says', () => {
    const x = [-2, -1, 0, 1, 2];
    expect(
      medianSlope(
        x,
        x.map((value) => 3 - 2 * value),
        4,
      ),
    ).toBe(-2);
    expect(medianSlope(x, [7, 5, 999, 1, -1], 4)).toBe(-2);
  });

  it('is missing with too few points', () => {
    expect(medianSlope([1, 2, 3], [1, 2, 3], 4)).toBeNaN();
  });
});
