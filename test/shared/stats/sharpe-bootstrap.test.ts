import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBootstrap } from '../../../shared/stats/block-bootstrap.ts';
import { sharpeBootstrap } from '../../../shared/stats/sharpe-bootstrap.ts';
import { sharpeRatio } from '../../../shared/stats/sharpe-ratio.ts';

const pick = (values: readonly number[], rows: readonly number[]) => rows.map((row) => values[row]!);
const MINE = Array.from({ length: 61 }, (_, day) => 0.001 + 0.004 * Math.sin(day * 2.4));
const THEIRS = MINE.map((value, day) => value + 0.002 * Math.sin(day * 1.1) - 0.0003);

describe('the Sharpe ratio from sums over blocks is the one from rows', () => {
  const options = { resamples: 200, seed: 3 };
  const days = fc.array(
    fc.integer({ min: -1000, max: 1000 }).map((points) => points / 10_000),
    { minLength: 20, maxLength: 90 },
  );
  test('of one record', () => {
    fc.assert(
      fc.property(days, (returns) => {
        const slow = blockBootstrap((rows) => sharpeRatio(pick(returns, rows)), {
          ...{ rows: returns.length, confidence: 0.9 },
          ...options,
        });
        const fast = sharpeBootstrap(returns, null, { ...options, tail: 0.05 });
        const size = Math.max(1, Math.abs(slow.lower), Math.abs(slow.upper));
        expect(Math.abs(fast.lower - slow.lower) / size).toBeLessThan(1e-6);
        expect(Math.abs(fast.upper - slow.upper) / size).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
  test('of a difference', () => {
    const slow = blockBootstrap((rows) => sharpeRatio(pick(MINE, rows)) - sharpeRatio(pick(THEIRS, rows)), {
      ...{ rows: MINE.length, confidence: 0.9 },
      ...options,
    });
    const fast = sharpeBootstrap(MINE, THEIRS, { ...options, tail: 0.05 });
    expect(fast.lower).toBeCloseTo(slow.lower, 10);
    expect(fast.upper).toBeCloseTo(slow.upper, 10);
  });
});

test('a record differs from itself by nothing', () =>
  expect(sharpeBootstrap(MINE, MINE, { resamples: 200, seed: 1, tail: 0.05 })).toEqual({
    lower: 0,
    upper: 0,
  }));

test('a smaller tail, a wider interval', () => {
  const width = (tail: number) => {
    const { lower, upper } = sharpeBootstrap(MINE, THEIRS, { resamples: 500, seed: 1, tail });
    return upper - lower;
  };
  expect(width(0.02)).toBeGreaterThan(width(0.1));
});

test('days without variation are no evidence, one day none at all', () => {
  const flat = MINE.map(() => 0.001);
  expect(sharpeBootstrap(flat, null, { resamples: 200, seed: 1, tail: 0.05 })).toEqual({
    lower: 0,
    upper: 0,
  });
  expect(sharpeBootstrap([0.1], null, { resamples: 200, seed: 1, tail: 0.05 }).lower).toBeNaN();
});

test('other days cannot be compared', () =>
  expect(() => sharpeBootstrap(MINE, [1, 2], { resamples: 200, seed: 1, tail: 0.05 })).toThrow(
    'theirs: expected 61 days, was 2',
  ));
