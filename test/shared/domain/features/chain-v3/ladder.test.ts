import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../../../../shared/domain/features/chain-v3/ladder.ts';
import { isWithin, ladderHalfWidth } from '../../../../../shared/domain/features/chain-v3/ladder-width.ts';
import { aPricedSession, aPricedSnapshot, windowOver } from '../../../../factories/priced-chain.ts';

describe('the ladder of a window', () => {
  it('is the strikes around the underlying price, whatever was delivered and whatever strike was called at the money', () => {
    const wide = aPricedSnapshot({ price: 26_024, sides: 30, overrides: { atm_strike: 25_000 } });
    const { calls, puts, pairs } = ladderOf(windowOver([wide]));
    const strikes = Array.from({ length: 11 }, (_, i) => 25_750 + 50 * i);
    expect(calls.map(({ strike }) => strike)).toEqual(strikes);
    expect(puts.map(({ strike }) => strike)).toEqual(strikes);
    expect(pairs.map(([call, put]) => [call.strike, put.strike])).toEqual(
      strikes.map((strike) => [strike, strike]),
    );
  });

  it('goes up half a step past a price between two strikes', () => {
    const strikes = (price: number) =>
      ladderOf(windowOver([aPricedSnapshot({ price, sides: 30 })])).calls.map(({ strike }) => strike);
    expect([strikes(26_024.95)[0], strikes(26_025)[0], strikes(26_025)[10]]).toEqual([
      25_750, 25_800, 26_300,
    ]);
  });

  it('holds what the newest snapshot has, with its past by contract', () => {
    const session = aPricedSession(198, 200, (minute) => ({
      price: 26_000 + 50 * (minute - 200),
      sides: 1,
      leg: (leg) => (leg.strike === 26_050 && leg.option_type === 'PE' ? null : { ...leg, oi: minute }),
    }));
    const { calls, puts, pairs } = ladderOf(windowOver(session));
    expect(calls.map(({ strike, legs }) => [strike, ...legs.map((leg) => leg?.oi)])).toEqual([
      [25_950, 198, 199, 200],
      [26_000, undefined, 199, 200],
      [26_050, undefined, undefined, 200],
    ]);
    expect(puts.map(({ strike }) => strike)).toEqual([25_950, 26_000]);
    expect(pairs).toHaveLength(2);
  });

  it('leaves out a strike between those of its grid', () => {
    const odd = aPricedSnapshot({ step: 25, sides: 20 });
    const { calls } = ladderOf(windowOver([odd]));
    expect(calls.map(({ strike }) => strike % 50)).toEqual(Array(11).fill(0));
  });

  it('of a chain elsewhere is empty', () => {
    const far = aPricedSnapshot({ overrides: { underlying_price: 40_000 } });
    expect(ladderOf(windowOver([far]))).toEqual({ calls: [], puts: [], pairs: [] });
  });
});

describe('the width of a ladder', () => {
  it('is its strikes and half a step, the lower end open', () => {
    const width = ladderHalfWidth({ ladderSides: 5, strikeStep: 50 });
    expect(width).toBe(275);
    expect([isWithin(25_725, 26_000, width), isWithin(26_275, 26_000, width)]).toEqual([false, true]);
  });
});
