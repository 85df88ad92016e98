import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StrikeWish, tradedStrike } from '../../../../shared/domain/market/traded-strike.ts';

const call: StrikeWish = { optionType: 'CE', atmStrike: 84_600, step: 100, strikesInTheMoney: 2 };
const put: StrikeWish = { ...call, optionType: 'PE' };
const ladder = [84_100, 84_200, 84_300, 84_400, 84_500, 84_600, 84_700, 84_800, 84_900, 85_000];
const without = (...gone: number[]) => ladder.filter((strike) => !gone.includes(strike));

describe('the strike that a trade buys', () => {
  test('in the money is below for a call, above for a put', () => {
    expect(tradedStrike(ladder, call)).toBe(84_400);
    expect(tradedStrike(ladder, put)).toBe(84_800);
  });
  test('else the nearest in the money', () => {
    expect(tradedStrike(without(84_400), call)).toBe(84_500);
    expect(tradedStrike(without(84_400, 84_500), call)).toBe(84_300);
    expect(tradedStrike(without(84_800), put)).toBe(84_700);
    expect(tradedStrike(without(84_800, 84_700), put)).toBe(84_900);
  });
  test('never one at or out of the money in its place', () => {
    expect(tradedStrike([84_600, 84_700, 84_800], call)).toBeUndefined();
    expect(tradedStrike([84_500, 84_600], put)).toBeUndefined();
    expect(tradedStrike([], call)).toBeUndefined();
  });
  test('at the money there is no stand-in, and none out of it', () => {
    expect(tradedStrike(ladder, { ...call, strikesInTheMoney: 0 })).toBe(84_600);
    expect(tradedStrike(without(84_600), { ...call, strikesInTheMoney: 0 })).toBeUndefined();
    expect(tradedStrike(ladder, { ...call, strikesInTheMoney: -1 })).toBe(84_700);
    expect(tradedStrike(without(84_700), { ...call, strikesInTheMoney: -1 })).toBeUndefined();
  });
  test('a gap in the ladder does not shift the count', () =>
    expect(tradedStrike(without(84_500), call)).toBe(84_400));
  test('for any listing it is the wished one, or the nearest in the money, in whatever order', () => {
    const listing = fc.subarray(ladder);
    const wishes = fc.constantFrom(call, put);
    fc.assert(
      fc.property(listing, wishes, fc.integer({ min: 1, max: 6 }), (listed, side, strikesInTheMoney) => {
        const wish = { ...side, strikesInTheMoney };
        const found = tradedStrike(listed, wish);
        const sign = side.optionType === 'CE' ? 1 : -1;
        const wished = wish.atmStrike - sign * strikesInTheMoney * wish.step;
        const inside = listed.filter((strike) => sign * (wish.atmStrike - strike) > 0);
        const nearest = inside.toSorted(
          (a, b) => Math.abs(a - wish.atmStrike) - Math.abs(b - wish.atmStrike),
        )[0];
        expect(found).toBe(listed.includes(wished) ? wished : nearest);
        expect(tradedStrike([...listed].reverse(), wish)).toBe(found);
      }),
    );
  });
});
