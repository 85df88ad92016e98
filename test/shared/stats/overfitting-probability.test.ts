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

describe('a margin that does not matter', () => {
  const common = trials(1, 240, 4)[0]!;
  const alike = trials(8, 240, 5).map((trial) => trial.map((own, day) => 0.3 * own + common[day]!));
  const unrelated = trials(8, 240, 9);
  test('among trials that are as good as each other no choice is overfitting', () => {
    expect(overfittingProbability(alike, 16).pbo).toBeGreaterThan(0.2);
    expect(overfittingProbability(alike, 16, 0.075).pbo).toBeLessThan(0.01);
  });
  test('the same trial twice is no rival of itself', () => {
    expect(overfittingProbability([common, common], 16).pbo).toBe(1);
    expect(overfittingProbability([common, common], 16, 0.075).pbo).toBe(0);
  });
  test('the larger, the fewer splits count', () => {
    const found = [0, 0.05, 0.1, 0.2].map((margin) => overfittingProbability(unrelated, 16, margin).pbo);
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(found[0]).toBeGreaterThan(found.at(-1)!);
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
  expect(() => overfittingProbability(trials(2, 30, 1), 3)).toThrow('even number, 2 to 20, was 3');
  expect(() => overfittingProbability(trials(2, 30, 1), 16)).toThrow('at least 32 periods, was 30');
});
