import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eValue, OPENING_CAPITAL, playBet } from '../../../shared/stats/betting-capital.ts';

const capitalOf = (values: readonly number[]) => values.reduce(playBet, OPENING_CAPITAL);
const difference = fc.double({ min: -1, max: 1, noNaN: true });

describe('betting capital', () => {
  test('is 1 before the first bet', () => expect(eValue(OPENING_CAPITAL)).toBe(1));

  test('by hand: stakes 1/16, 1/8, 1/4, 1/2, 3/4 on 1 and -0.5', () => {
    const each = [1.0625 * 0.96875, 1.125 * 0.9375, 1.25 * 0.875, 1.5 * 0.75, 1.75 * 0.625];
    const mean = each.reduce((sum, one) => sum + one, 0) / 5;
    expect(mean).toBe(1.079296875);
    expect(eValue(capitalOf([1, -0.5]))).toBeCloseTo(1.079296875, 14);
  });

  test('grows with what is above 0 and shrinks with what is below', () => {
    fc.assert(
      fc.property(fc.array(difference), difference, (values, value) => {
        const [before, then] = [capitalOf(values), playBet(capitalOf(values), value)];
        const change = eValue(then) - eValue(before);
        if (value > 1e-9) expect(change).toBeGreaterThan(0);
        if (value < -1e-9) expect(change).toBeLessThan(0);
      }),
    );
  });

  test('a fair coin leaves it, on average, exactly where it was', () => {
    fc.assert(
      fc.property(fc.array(difference), fc.double({ min: 0, max: 1, noNaN: true }), (values, size) => {
        const capital = capitalOf(values);
        const mean = (eValue(playBet(capital, size)) + eValue(playBet(capital, -size))) / 2;
        expect(mean / eValue(capital)).toBeCloseTo(1, 10);
      }),
    );
  });

  test('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 50 }), (values) => {
        expect(eValue(capitalOf(values.toReversed())) / eValue(capitalOf(values))).toBeCloseTo(1, 9);
      }),
    );
  });

  test.each([-1.0001, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => playBet(OPENING_CAPITAL, value)).toThrow(
      `value: expected a number of -1 or more, was ${value}`,
    );
  });
});
