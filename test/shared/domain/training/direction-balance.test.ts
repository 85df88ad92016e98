import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUY, HOLD, SELL } from '../../../../shared/domain/training/classes.ts';
import { directionBalance } from '../../../../shared/domain/training/direction-balance.ts';

const sumOf = (weights: Float64Array, keep: (row: number) => boolean) =>
  weights.filter((_, row) => keep(row)).reduce((sum, weight) => sum + weight, 0);

describe('directionBalance', () => {
  it('gives both directions of a session the same weight', () => {
    const balanced = directionBalance([1, 1, 1, 1], [SELL, SELL, SELL, BUY], ['a', 'a', 'a', 'a']);
    expect([...balanced]).toEqual([0.5, 0.5, 0.5, 1.5]);
  });

  it('learns no direction from a session that has one only', () => {
    expect([...directionBalance([1, 2, 3], [SELL, HOLD, SELL], ['a', 'a', 'a'])]).toEqual([0, 2, 0]);
  });

  it('leaves balanced sessions and HOLD rows alone', () => {
    expect([...directionBalance([0.3, 5, 0.3], [SELL, HOLD, BUY], ['a', 'a', 'a'])]).toEqual([0.3, 5, 0.3]);
  });

  it('balances each session by itself, doubling no weight', () => {
    const row = fc.record({
      weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
      own: fc.constantFrom(SELL, HOLD, BUY),
      session: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const balanced = directionBalance(
          rows.map(({ weight }) => weight),
          rows.map(({ own }) => own),
          rows.map(({ session }) => session),
        );
        for (const wanted of ['a', 'b']) {
          const side = (direction: number) =>
            sumOf(balanced, (at) => rows[at]!.session === wanted && rows[at]!.own === direction);
          expect(side(SELL)).toBeCloseTo(side(BUY), 10);
        }
        rows.forEach(({ weight }, at) => {
          expect(balanced[at]).toBeGreaterThanOrEqual(0);
          expect(balanced[at]).toBeLessThanOrEqual(2 * weight + 1e-12);
        });
      }),
    );
  });
});
