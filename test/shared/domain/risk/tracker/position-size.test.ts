import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionSize } from '../../../../../shared/domain/risk/tracker/position-size.ts';

const typical = { mlConfidence: 0.72, winRate: 0.58, avgWinLossRatio: 1.55 };
const share = fc.double({ min: -0.5, max: 1.5, noNaN: true });

describe('position size', () => {
  it('of the typical case is the risk cap and a forced lot', () => {
    expect(positionSize(typical)).toEqual({
      fraction: 0.02,
      kellyFraction: 0.309,
      recommendedLots: 1,
      capitalAllocatedRupees: 20_000,
    });
  });

  it('forces one lot even when the account is empty, as the tracker does', () => {
    expect(positionSize({ ...typical, accountSizeRupees: 0 })).toMatchObject({
      recommendedLots: 1,
      capitalAllocatedRupees: 0,
    });
  });

  it('halves in a market twice as volatile as wanted, at most doubles in a quiet one', () => {
    const free = { ...typical, maxRisk: 1 };
    const plain = positionSize({ ...free, currentVolatility: 0.2 }).fraction;
    expect(positionSize({ ...free, currentVolatility: 0.4 }).fraction).toBeCloseTo(plain / 2, 3);
    expect(positionSize({ ...free, currentVolatility: 0.01 }).fraction).toBeCloseTo(plain * 2, 3);
    for (const unknown of [null, 0, -1, Number.NaN]) {
      expect(positionSize({ ...free, currentVolatility: unknown }).fraction).toBe(plain);
    }
  });

  it('never risks more than the cap, never less than nothing, and whole lots', () => {
    fc.assert(
      fc.property(
        share,
        share,
        fc.double({ min: -1, max: 9, noNaN: true }),
        (mlConfidence, winRate, ratio) => {
          const size = positionSize({ mlConfidence, winRate, avgWinLossRatio: ratio });
          expect(size.fraction).toBeGreaterThanOrEqual(0);
          expect(size.fraction).toBeLessThanOrEqual(0.02);
          expect(Number.isInteger(size.recommendedLots) && size.recommendedLots >= 0).toBe(true);
          if (mlConfidence < 0.5 || winRate <= 0) expect(size.recommendedLots).toBe(0);
        },
      ),
    );
  });

  it.each([
    ['no edge', { winRate: 0.35, avgWinLossRatio: 1.2 }],
    ['unknown confidence', { mlConfidence: Number.NaN }],
    ['unknown win rate', { winRate: Number.NaN }],
    ['unknown ratio', { avgWinLossRatio: Number.NaN }],
    ['a ratio over no losses', { avgWinLossRatio: Number.POSITIVE_INFINITY }],
  ])('of %s is nothing', (_, change) => {
    expect(positionSize({ ...typical, ...change })).toEqual({
      fraction: 0,
      kellyFraction: 0,
      recommendedLots: 0,
      capitalAllocatedRupees: 0,
    });
  });

  it('grows with confidence', () => {
    const fraction = (mlConfidence: number) =>
      positionSize({ ...typical, maxRisk: 1, mlConfidence }).fraction;
    expect(fraction(0.9)).toBeGreaterThan(fraction(0.6));
    expect(fraction(0.4999)).toBe(0);
  });
});
