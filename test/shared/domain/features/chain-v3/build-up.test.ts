import { describe, expect, it } from 'vitest';
import { BUILD_UP } from '../../../../../shared/domain/features/chain-v3/build-up.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { aPricedSession, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';

type Moves = Record<
  string,
  readonly [oiBefore: number | null, oi: number | null, before: number, now: number]
>;

/** Open interest and price of each leg change at minute 60 only; `moves` by strike and type, the others stay. */
function shares(moves: Moves, at = 61) {
  const session = aPricedSession(30, at, (minute) => ({
    price: 26_000,
    sides: 1,
    leg: (leg: Leg) => {
      const move = moves[`${leg.strike}${leg.option_type}`];
      if (move === undefined) return { ...leg, oi: 0, best_bid: 10, best_ask: 10 };
      const [oiBefore, oiAfter, before, now] = move;
      const price = minute < 60 ? before : now;
      return {
        ...leg,
        oi: minute < 60 ? oiBefore : oiAfter,
        best_bid: Math.max(0, price - 0.5),
        best_ask: price + 0.5,
      };
    },
  }));
  return valuesOf(BUILD_UP, windowOver(session));
}

describe('build-up and unwinding', () => {
  it('is told by price and open interest together, as a share of the side', () => {
    const values = shares({
      '25950CE': [100, 300, 50, 60],
      '26000CE': [100, 200, 50, 40],
      '26050CE': [900, 500, 50, 40],
      '25950PE': [900, 600, 50, 60],
      '26000PE': [300, 400, 50, 60],
    });
    expect(values).toEqual({
      call_long_build_up: 0.3,
      call_short_build_up: 0.2,
      call_long_unwinding: 0.5,
      call_short_covering: 0,
      put_long_build_up: 0.4,
      put_short_build_up: 0,
      put_long_unwinding: 0,
      put_short_covering: 0.6,
    });
  });

  it('counts a leg that did not move below the line only', () => {
    const values = shares({
      '25950CE': [100, 300, 50, 60],
      '26000CE': [300, 300, 50, 60],
      '26050CE': [1, 400, 50, 50],
    });
    expect(values.call_long_build_up).toBe(0.3);
    expect(values.call_short_build_up! + values.call_long_unwinding! + values.call_short_covering!).toBe(0);
  });

  it('leaves out a leg whose open interest or price was not known at both ends', () => {
    const values = shares({
      '25950CE': [100, 300, 50, 60],
      '26000CE': [null, 900, 50, 60],
      '26050CE': [5, 900, 0.4, 60],
    });
    expect(values.call_long_build_up).toBe(1);
  });

  it('is missing where a side has no open interest, and where nothing was published', () => {
    expect(shares({ '25950CE': [100, 300, 50, 60] }).put_long_build_up).toBeNaN();
    expect(Object.values(shares({})).every(Number.isNaN)).toBe(true);
  });

  it('still speaks of the last publication a few minutes later', () => {
    const moves: Moves = { '25950CE': [100, 300, 50, 60] };
    expect(shares(moves, 68)).toEqual(shares(moves, 61));
    expect(shares(moves, 71).call_long_build_up).toBeNaN();
  });
});
