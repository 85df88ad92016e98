import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBootstrap } from '../../../shared/stats/block-bootstrap.ts';
import { moments } from '../../../shared/stats/moments.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const values = Array.from({ length: 60 }, (_, i) => Math.sin(i) + 0.3);
const mean = (rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
const options = { rows: values.length, resamples: 500, seed: 5, confidence: 0.9 };

describe('block bootstrap', () => {
  test('the interval holds the estimate', () => {
    const { lower, upper } = blockBootstrap(mean, options);
    const estimate = mean(values.map((_, i) => i));
    expect(lower).toBeLessThan(estimate);
    expect(upper).toBeGreaterThan(estimate);
  });
  test('the same seed gives the same interval, another seed another', () => {
    expect(blockBootstrap(mean, options)).toEqual(blockBootstrap(mean, options));
    expect(blockBootstrap(mean, { ...options, seed: 6 })).not.toEqual(blockBootstrap(mean, options));
  });
  test('more confidence, wider interval', () => {
    const narrow = blockBootstrap(mean, { ...options, confidence: 0.5 });
    const wide = blockBootstrap(mean, options);
    expect(wide.lower).toBeLessThan(narrow.lower);
    expect(wide.upper).toBeGreaterThan(narrow.upper);
  });
  test('rows are drawn in runs', () => {
    blockBootstrap(
      (rows) => {
        expect(rows).toHaveLength(60);
        for (let i = 0; i < 60; i += 10) expect(rows[i + 9]).toBe(((rows[i] ?? 0) + 9) % 60);
        return 0;
      },
      { ...options, resamples: 3, blockLength: 10 },
    );
  });
  test('no rows, no interval', () => expect(blockBootstrap(mean, { ...options, rows: 0 }).lower).toBeNaN());
});

test('seeded numbers lie in [0, 1) and repeat with their seed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const [a, b] = [seededUniform(seed), seededUniform(seed)];
      for (let i = 0; i < 20; i++) {
        const value = a();
        expect(value).toBe(b());
        expect(value >= 0 && value < 1).toBe(true);
      }
    }),
  );
});

test('seeded numbers are spread evenly', () => {
  const next = seededUniform(3);
  const { mean: centre, standardDeviation } = moments(Float64Array.from({ length: 20_000 }, () => next()));
  expect(centre).toBeCloseTo(0.5, 2);
  expect(standardDeviation).toBeCloseTo(Math.sqrt(1 / 12), 2);
});

test('moments of a small sample', () => {
  const { mean: centre, standardDeviation, skewness, kurtosis } = moments([1, 2, 3, 4]);
  expect([centre, standardDeviation, skewness]).toEqual([2.5, 1.2909944487358056, 0]);
  expect(kurtosis).toBeCloseTo(1.64, 12);
  expect(moments([5, 5])).toMatchObject({ standardDeviation: 0, skewness: 0, kurtosis: 3 });
});

test('quantiles interpolate', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  expect(quantile([7], 0.3)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});
