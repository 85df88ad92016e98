import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reliabilityBins } from '../../../shared/stats/reliability-bins.ts';

it('gives the mean stated and the share observed of each bin that has rows', () => {
  const bins = reliabilityBins([0.12, 0.18, 0.9, 1], [false, true, true, true], 10);
  expect(bins).toHaveLength(2);
  expect(bins[0]).toEqual({ stated: expect.closeTo(0.15, 12), observed: 0.5, rows: 2 });
  expect(bins[1]).toEqual({ stated: expect.closeTo(0.95, 12), observed: 1, rows: 2 });
});

it('leaves missing probabilities out and gives nothing for nothing', () => {
  expect(reliabilityBins([Number.NaN], [true], 10)).toEqual([]);
  expect(reliabilityBins([], [], 10)).toEqual([]);
});

it('keeps every row, and its mean over all bins is the mean of all', () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), (pairs, count) => {
      const bins = reliabilityBins(
        pairs.map(([p]) => p),
        pairs.map(([, hit]) => hit),
        count,
      );
      const total = (of: (bin: (typeof bins)[number]) => number) =>
        bins.reduce((sum, bin) => sum + of(bin), 0);
      expect(total(({ rows }) => rows)).toBe(pairs.length);
      expect(total(({ rows, observed }) => rows * observed)).toBeCloseTo(
        pairs.filter(([, hit]) => hit).length,
        6,
      );
      expect(total(({ rows, stated }) => rows * stated)).toBeCloseTo(
        pairs.reduce((sum, [p]) => sum + p, 0),
        6,
      );
    }),
  );
});
