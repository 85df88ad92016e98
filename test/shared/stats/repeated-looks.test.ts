import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../../shared/stats/normal-cdf.ts';
import { normalDensity } from '../../../shared/stats/normal-density.ts';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';
import { chanceEverAbove, repeatedLooksBound } from '../../../shared/stats/repeated-looks.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

describe('chance that a moving window is ever above a bound', () => {
  test.each([0, 0.5, 1, 1.5, 2, 2.5])('after a whole length, bound %s: as in closed form', (bound) => {
    const [below, density] = [normalCdf(bound), normalDensity(bound)];
    const closed = 1 - (below ** 2 - density * (bound * below + density));
    expect(Math.abs(chanceEverAbove(bound, 1) - closed)).toBeLessThan(2e-4);
  });
  test('without moving it is that of one look', () =>
    expect(chanceEverAbove(1.6448536269514722, 0)).toBeCloseTo(0.05, 12));
  test('more time, more chances; a higher bound, fewer', () => {
    const time = fc.double({ min: 0.004, max: 1, noNaN: true });
    const bound = fc.double({ min: 0.5, max: 4, noNaN: true });
    fc.assert(
      fc.property(time, bound, (one, z) => {
        expect(chanceEverAbove(z, one)).toBeGreaterThan(chanceEverAbove(z, 0));
        expect(chanceEverAbove(z + 0.1, one)).toBeLessThan(chanceEverAbove(z, one));
      }),
    );
  });
});

describe('bound for repeated looks', () => {
  test('one look needs the normal quantile', () =>
    expect(repeatedLooksBound(0.05, 1, 250)).toBeCloseTo(normalQuantile(0.95), 6));
  test('thirty looks at 250 days', () => expect(repeatedLooksBound(0.05, 30, 250)).toBeCloseTo(2.0033, 4));
  test('fewer days, other days sooner: a higher bound', () =>
    expect(repeatedLooksBound(0.05, 30, 60)).toBeGreaterThan(repeatedLooksBound(0.05, 30, 250)));
  test('more looks than days are reckoned length by length', () =>
    expect(repeatedLooksBound(0.05, 30, 6)).toBeGreaterThan(repeatedLooksBound(0.05, 30, 60)));

  test('of 4,000 worthless windows of 250 days about 5 in 100 are ever above it within 30 days', () => {
    const next = seededUniform(12);
    const bell = () => normalQuantile((Math.floor(next() * 1e6) + 0.5) / 1e6);
    const bound = repeatedLooksBound(0.05, 30, 250) * Math.sqrt(250);
    let ever = 0;
    for (let window = 0; window < 4000; window += 1) {
      const days = Float64Array.from({ length: 279 }, bell);
      let sum = days.subarray(0, 250).reduce((all, day) => all + day, 0);
      let isAbove = sum > bound;
      for (let day = 250; day < 279; day += 1) {
        sum += days[day]! - days[day - 250]!;
        isAbove ||= sum > bound;
      }
      ever += isAbove ? 1 : 0;
    }
    const error = Math.sqrt((0.05 * 0.95) / 4000);
    expect(ever / 4000).toBeLessThan(0.05 + 2 * error);
    expect(ever / 4000).toBeGreaterThan(0.05 - 4 * error);
  });

  test('what makes no sense is refused', () => {
    expect(() => repeatedLooksBound(0.6, 30, 250)).toThrow('0 < level < 0.5, was 0.6');
    expect(() => repeatedLooksBound(0.05, 0, 250)).toThrow('looks: expected at least 1, was 0');
    expect(() => repeatedLooksBound(0.05, 30, 0)).toThrow('days: expected at least 1, was 0');
  });
});
