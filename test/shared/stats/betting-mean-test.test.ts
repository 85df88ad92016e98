import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eValue, OPENING_CAPITAL, playBet } from '../../../shared/stats/betting-capital.ts';
import { bettingLowerBound, isBelow } from '../../../shared/stats/betting-lower-bound.ts';
import { bettingMeanTest } from '../../../shared/stats/betting-mean-test.ts';

const ALPHA = 0.05;
const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 40 });

describe('the lower bound', () => {
  test('is where the bets reach 1/alpha', () => {
    const bound = bettingLowerBound([1, 1, 1, 1, 1, 1, 1, 1, 1], ALPHA);
    expect(bound).toBeCloseTo(0.1085439970584, 10);
    const scaled = (1 - bound) / (1 + bound);
    const capital = Array.from({ length: 9 }, () => scaled).reduce(playBet, OPENING_CAPITAL);
    expect(eValue(capital)).toBeCloseTo(20, 6);
  });

  test('excludes every mean below an excluded one', () => {
    const mean = fc.double({ min: -0.999, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, mean, mean, (seen, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        if (isBelow(high, seen, ALPHA)) expect(isBelow(low, seen, ALPHA)).toBe(true);
      }),
    );
  });

  test('without values it says nothing', () => expect(bettingLowerBound([], ALPHA)).toBe(-1));
});

describe('the test of a mean', () => {
  test('of nothing', () => {
    expect(bettingMeanTest([], ALPHA)).toEqual({
      ...{ above: 1, below: 1, decidedAbove: null, decidedBelow: null, lower: -1, upper: 1 },
    });
  });

  test('decides with the eighth of nine ones, and stays decided', () => {
    const nine = bettingMeanTest(Array<number>(9).fill(1), ALPHA);
    expect(nine.decidedAbove).toBe(7);
    expect(nine.above).toBeCloseTo(40.88858451140406, 10);
    const turned = bettingMeanTest([...Array<number>(9).fill(1), ...Array<number>(12).fill(-0.9)], ALPHA);
    expect(turned.above).toBeLessThan(1);
    expect(turned.decidedAbove).toBe(7);
    expect(turned.lower).toBe(nine.lower);
  });

  test('is the same both ways', () => {
    fc.assert(
      fc.property(values, (seen) => {
        const [test, turned] = [
          bettingMeanTest(seen, ALPHA),
          bettingMeanTest(
            seen.map((v) => -v),
            ALPHA,
          ),
        ];
        expect([test.above, test.decidedAbove, test.upper + 0]).toEqual([
          ...[turned.below, turned.decidedBelow, -turned.lower],
        ]);
      }),
    );
  });

  test('at any prefix it is what was computed step by step', () => {
    fc.assert(
      fc.property(values, (seen) => {
        let capital = OPENING_CAPITAL;
        let lower = -1;
        let first: number | null = null;
        seen.forEach((value, at) => {
          capital = playBet(capital, value);
          if (first === null && eValue(capital) >= 1 / ALPHA) first = at;
          lower = Math.max(lower, bettingLowerBound(seen.slice(0, at + 1), ALPHA));
          const now = bettingMeanTest(seen.slice(0, at + 1), ALPHA);
          expect([now.above, now.decidedAbove]).toEqual([eValue(capital), first]);
          expect(now.lower).toBeCloseTo(lower, 10);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('the interval excludes 0 exactly when it is decided', () => {
    const leaning = fc
      .tuple(values, fc.constantFrom(-0.5, 0, 0.5))
      .map(([seen, by]) => seen.map((value) => Math.max(-1, Math.min(1, value + by))));
    fc.assert(
      fc.property(leaning, (seen) => {
        const { lower, upper, decidedAbove, decidedBelow } = bettingMeanTest(seen, ALPHA);
        if (Math.abs(lower) > 1e-9) expect(lower > 0).toBe(decidedAbove !== null);
        if (Math.abs(upper) > 1e-9) expect(upper < 0).toBe(decidedBelow !== null);
      }),
    );
  });
});
