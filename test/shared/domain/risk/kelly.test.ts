import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kelly } from '../../../../shared/domain/risk/kelly.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('kelly', () => {
  const policy = { shrinkage: 0, fraction: 0.5, cap: 1 };
  test('by hand', () => {
    expect(kelly({ probability: 0.6, payoff: 1, ...policy }).full).toBeCloseTo(0.2, 12);
    expect(kelly({ probability: 0.6, payoff: 1, ...policy }).staked).toBeCloseTo(0.1, 12);
  });
  test('no edge at the lower bound, no stake', () =>
    expect(kelly({ probability: 0.52, payoff: 1, ...policy, shrinkage: 0.05 })).toMatchObject({
      full: 0,
      staked: 0,
    }));
  test('a payoff that was never measured is no payoff', () => {
    for (const payoff of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(kelly({ probability: 0.9, payoff, ...policy })).toMatchObject({ full: 0, staked: 0 });
    }
  });
  test('grows with probability and payoff, shrinks with shrinkage, stays within its cap', () => {
    const payoff = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(unit, unit, payoff, payoff, unit, unit, (p, q, b, c, shrinkage, cap) => {
        const at = (probability: number, odds: number, shrunk: number) =>
          kelly({ probability, payoff: odds, shrinkage: shrunk, fraction: 0.5, cap });
        const low = at(Math.min(p, q), Math.min(b, c), shrinkage);
        expect(at(Math.max(p, q), Math.min(b, c), shrinkage).staked).toBeGreaterThanOrEqual(low.staked);
        expect(at(Math.min(p, q), Math.max(b, c), shrinkage).full).toBeGreaterThanOrEqual(low.full - 1e-12);
        expect(at(Math.min(p, q), Math.min(b, c), 0).full).toBeGreaterThanOrEqual(low.full);
        expect(low.staked >= 0 && low.staked <= cap && low.full <= 1).toBe(true);
      }),
    );
  });
});
