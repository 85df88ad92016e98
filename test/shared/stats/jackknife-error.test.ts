import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jackknifeError } from '../../../shared/stats/jackknife-error.ts';

const meanWithout = (values: readonly number[]) => (block: number) =>
  values.filter((_, at) => at !== block).reduce((sum, value) => sum + value, 0) / (values.length - 1);

describe('jackknifeError', () => {
  it('of a mean is the standard error of the mean', () => {
    expect(jackknifeError(3, meanWithout([1, 2, 3]))).toBeCloseTo(1 / Math.sqrt(3), 12);
    const numbers = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(numbers, (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
        const expected = Math.sqrt(variance / values.length);
        expect(jackknifeError(values.length, meanWithout(values))).toBeCloseTo(expected, 8);
      }),
    );
  });

  it('needs two blocks, and leaves out what is not a number', () => {
    expect(jackknifeError(1, () => 1)).toBeNaN();
    expect(jackknifeError(0, () => 1)).toBeNaN();
    expect(jackknifeError(3, (block) => (block === 1 ? Number.NaN : 2))).toBe(0);
  });
});
