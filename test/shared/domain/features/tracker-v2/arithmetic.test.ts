import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deviation,
  guardedRatio,
  meanOfKnown,
  meanWhere,
  round4,
  roundHalfEven,
  sumOf,
} from '../../../../../shared/domain/features/tracker-v2/arithmetic.ts';

describe('guardedRatio', () => {
  it.each([
    [6, 3, undefined, 2],
    [6, 0, undefined, 6],
    [6, -0.5, undefined, 6],
    [6, -3, undefined, -2],
    [6, 1, undefined, 6],
    [6, 0.005, 0.01, 600],
    [6, -0.01, 0.01, -600],
    [1, Number.POSITIVE_INFINITY, 0.01, 0],
  ])('%d / %d with guard %d is %d', (a, b, guard, expected) => {
    expect(guardedRatio(a, b, guard)).toBe(expected);
  });
});

describe('means leave missing values out', () => {
  it('and are 0 when none is known', () => {
    expect(meanOfKnown([1, Number.NaN, 3])).toBe(2);
    expect(meanOfKnown([])).toBe(0);
    expect(meanOfKnown([Number.NaN])).toBe(0);
    expect(meanOfKnown([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
  });

  it('of the positions that pass', () => {
    expect(meanWhere([1, 2, Number.NaN, 6], [-1, 0, 1, 1], (position) => position >= 0)).toBe(4);
    expect(meanWhere([1], [-1], (position) => position > 0)).toBe(0);
  });
});

describe('deviation', () => {
  it('divides by the count, or by one less', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(deviation(values, sumOf(values) / 8, 0)).toBe(2);
    expect(deviation(values, sumOf(values) / 8, 1)).toBeCloseTo(Math.sqrt(32 / 7), 15);
  });
});

describe('roundHalfEven', () => {
  it.each([
    [2.5, 2],
    [3.5, 4],
    [-2.5, -2],
    [-3.5, -4],
    [2.500001, 3],
    [520.49, 520],
    [7, 7],
  ])('%d becomes %d', (value, expected) => {
    expect(roundHalfEven(value)).toBe(expected);
  });
});

describe('round4', () => {
  it.each([
    [0.40625, 0.4062],
    [0.46875, 0.4688],
    [-0.40625, -0.4062],
    [0.00005, 0.0001],
    [1.00005, 1.0001],
    [0.12344999999999999, 0.1234],
    [0, 0],
    [1, 1],
  ])('%d becomes %d', (value, expected) => {
    expect(round4(value)).toBe(expected);
  });

  it('is the fourth decimal nearest to the exact value of the double', () => {
    const scale = 2n ** 80n;
    const exact = (value: number) => BigInt(value * 2 ** 72) * 2n ** 8n;
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 1, max: 2000 }), (a, b) => {
        const value = Math.abs(a) <= b ? a / b : b / a;
        const rounded = BigInt(Math.round(round4(value) * 10_000));
        const error = rounded * scale - exact(value) * 10_000n;
        const half = scale / 2n;
        expect(error <= half && -error <= half).toBe(true);
        if (error === half || -error === half) expect(rounded % 2n).toBe(0n);
      }),
    );
  });
});
