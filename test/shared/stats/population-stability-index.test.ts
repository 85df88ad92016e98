import fc from 'fast-check';
import { expect, test } from 'vitest';
import { populationStabilityIndex } from '../../../shared/stats/population-stability-index.ts';

const shares = (bins: number) =>
  fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: bins, maxLength: bins })
    .filter((counts) => counts.some((count) => count > 0))
    .map((counts) => counts.map((count) => count / counts.reduce((sum, one) => sum + one, 0)));

test('by hand', () => {
  expect(populationStabilityIndex([0.5, 0.5], [0.25, 0.75])).toBeCloseTo(
    0.25 * Math.log(2) + 0.25 * Math.log(1.5),
    12,
  );
});

test('an empty bin is finite', () =>
  expect(populationStabilityIndex([1, 0], [0, 1])).toBeCloseTo(2 * 0.9999 * Math.log(1e4), 9));

test('never negative, zero for equal, the same both ways', () => {
  fc.assert(
    fc.property(shares(6), shares(6), (a, b) => {
      expect(populationStabilityIndex(a, b)).toBeGreaterThanOrEqual(0);
      expect(populationStabilityIndex(a, a)).toBe(0);
      expect(populationStabilityIndex(a, b)).toBeCloseTo(populationStabilityIndex(b, a), 9);
    }),
  );
});

test('different bins cannot be compared', () =>
  expect(() => populationStabilityIndex([1], [0.5, 0.5])).toThrow('expected 1, was 2'));
