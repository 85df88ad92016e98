import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../../shared/stats/normal-quantile.ts';
import { overfittingProbability } from '../../../shared/stats/overfitting-probability.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

function trials(count: number, periods: number, seed: number): Float64Array[] {
  const next = seededUniform(seed);
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: periods }, () => normalQuantile((Math.floor(next() * 1e6) + 0.5) / 1e6)),
  );
}

describe('200 trials over 1000 periods', () => {
  const noise = trials(200, 1000, 11);
  test('16 blocks give 12,870 splits, and no edge is a coin toss', () => {
    const { pbo, splits } = overfittingProbability(noise, 16);
    expect(splits).toBe(12_870);
    expect(Math.abs(pbo - 0.476)).toBeLessThan(2.5 * 0.137);
  });
  test('one planted edge is found', () => {
    const planted = noise.map((trial, i) => (i === 17 ? trial.map((value) => value + 0.3) : trial));
    expect(overfittingProbability(planted, 16).pbo).toBeLessThan(0.01);
  });
});

test('trials that turn around are overfitted every time', () => {
  const turning = [
    [1, 1.1, 1, 1.1, -1, -1.1, -1, -1.1],
    [-1, -1.1, -1, -1.1, 1, 1.1, 1, 1.1],
  ];
  expect(overfittingProbability(turning, 2)).toEqual({ pbo: 1, splits: 2 });
});

test('what it cannot judge is refused', () => {
  expect(() => overfittingProbability([[1, 2]], 2)).toThrow('at least 2 trials, was 1');
  expect(() => overfittingProbability(trials(2, 30, 1), 3)).toThrow('even number, was 3');
  expect(() => overfittingProbability(trials(2, 30, 1), 16)).toThrow('at least 32 periods, was 30');
});
