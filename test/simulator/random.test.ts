import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../simulator/random.ts';

const draw = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.normal());
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('RandomStream', () => {
  test('the same seed and name give the same numbers; another name or seed gives others', () => {
    expect(draw(new RandomStream(7, 'a'), 9)).toEqual(draw(new RandomStream(7, 'a'), 9));
    expect(draw(new RandomStream(7, 'b'), 9)).not.toEqual(draw(new RandomStream(7, 'a'), 9));
    expect(draw(new RandomStream(8, 'a'), 9)).not.toEqual(draw(new RandomStream(7, 'a'), 9));
  });

  test('uniform numbers lie in [0, 1) with mean 1/2 and variance 1/12', () => {
    const stream = new RandomStream(1, 'uniform');
    const values = Array.from({ length: 100_000 }, () => stream.uniform());
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 3);
  });

  test('normal numbers have the moments of a standard normal', () => {
    const values = draw(new RandomStream(2, 'normal'), 200_000);
    expect(mean(values)).toBeCloseTo(0, 1.9);
    expect(mean(values.map((v) => v ** 2))).toBeCloseTo(1, 1.9);
    expect(mean(values.map((v) => v ** 3))).toBeCloseTo(0, 1);
    expect(mean(values.map((v) => v ** 4))).toBeCloseTo(3, 1);
  });

  test('streams of similar names are uncorrelated', () => {
    const a = draw(new RandomStream(3, 'factors/2026-01-05'), 50_000);
    const b = draw(new RandomStream(3, 'factors/2026-01-06'), 50_000);
    expect(Math.abs(mean(a.map((value, i) => value * b[i]!)))).toBeLessThan(0.02);
  });
});
