import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf } from '../../../shared/stats/normal-cdf.ts';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.6448536269514722, 0.05],
  [1.959963984540054, 0.975],
  [-4, 3.167124183311992e-5],
  [-8, 6.220960574271786e-16],
])('cdf of %d', (x, p) => expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-13));

test('series and continued fraction meet', () => {
  expect(normalCdf(-3 - 1e-9)).toBeCloseTo(normalCdf(-3), 10);
  expect(normalCdf(3 + 1e-9)).toBeCloseTo(normalCdf(3), 10);
});

test('ends', () => {
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(1.1)).toBeNaN();
  expect(normalCdf(Number.NaN)).toBeNaN();
});

test('the quantile undoes the cdf', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (p) => {
      expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-11);
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(1 - (1 - p)), 6);
    }),
  );
});
