import { expect, test } from 'vitest';
import { meanCorrelation } from '../../../shared/stats/mean-correlation.ts';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

test('of three series: 1, -1 and -1 make -1/3', () =>
  expect(
    meanCorrelation([
      [1, 2, 3],
      [2, 4, 6],
      [3, 2, 1],
    ]),
  ).toBeCloseTo(-1 / 3, 12));

test('of series with a part in common it is the share of that part', () => {
  const next = seededUniform(8);
  const bell = () => normalQuantile((Math.floor(next() * 1e6) + 0.5) / 1e6);
  const common = Float64Array.from({ length: 5000 }, bell);
  const series = Array.from({ length: 6 }, () =>
    common.map((value) => Math.sqrt(0.6) * value + Math.sqrt(0.4) * bell()),
  );
  expect(meanCorrelation(series)).toBeCloseTo(0.6, 1);
});

test('what does not vary is left out; of one series there is none', () => {
  expect(
    meanCorrelation([
      [1, 2, 4],
      [5, 5, 5],
      [1, 2, 4],
    ]),
  ).toBeCloseTo(1, 12);
  expect(meanCorrelation([[1, 2, 4]])).toBeNaN();
  expect(meanCorrelation([])).toBeNaN();
  expect(() => meanCorrelation([[1, 2], [1]])).toThrow('expected lengths of 2, was 1');
});
