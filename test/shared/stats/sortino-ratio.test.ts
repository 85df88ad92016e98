import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortinoRatio } from '../../../shared/stats/sortino-ratio.ts';

describe('the Sortino ratio', () => {
  test('by hand', () => {
    expect(sortinoRatio([0.03, -0.01])).toBeCloseTo(0.01 / Math.sqrt(0.00005), 12);
    expect(sortinoRatio([-0.02, -0.02])).toBeCloseTo(-1, 12);
  });
  test('has nothing below the line without a loss', () => {
    for (const returns of [[], [0.1], [0, 0.2]]) expect(sortinoRatio(returns)).toBeNaN();
  });
  test('does not depend on the unit, nor on how large the gains are spread', () => {
    const returns = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(returns, (values) => {
        const loss = [...values, -0.5];
        expect(sortinoRatio(loss.map((value) => 8 * value))).toBeCloseTo(sortinoRatio(loss), 10);
      }),
    );
    expect(sortinoRatio([0.1, 0.1, -0.1])).toBeCloseTo(sortinoRatio([0.2, 0, -0.1]), 12);
  });
});
