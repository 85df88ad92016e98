import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../../../../shared/domain/features/chain-v3/ladder.ts';
import { isWithin, ladderHalfWidth } from '../../../../../shared/domain/features/chain-v3/ladder-width.ts';
import { strikeGrid } from '../../../../../shared/domain/features/chain-v3/strike-grid.ts';
import { aPricedSession, aPricedSnapshot, windowOver } from '../../../../factories/priced-chain.ts';
import { aLeg } from '../../../../factories/snapshot.ts';

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

describe('the strike grid of a snapshot', () => {
  const at = (strike: number, option_type: 'CE' | 'PE' = 'CE') => aLeg({ strike, option_type });

  it('has each leg at its strike, and none from between strikes', () => {
    const legs = [at(26_100), at(26_000), at(26_025), at(26_000, 'PE')];
    const { lowest, calls, puts } = strikeGrid(legs, 50);
    expect(lowest).toBe(26_000);
    expect(calls).toEqual([legs[1], undefined, legs[0]]);
    expect(puts).toEqual([legs[3], undefined, undefined]);
  });

  it('begins on the grid though no leg does', () => {
    const { lowest, calls } = strikeGrid([at(26_025), at(26_050)], 50);
    expect([lowest, calls[0], calls[1]?.strike]).toEqual([26_000, undefined, 26_050]);
  });

  it('of no legs is empty', () => {
    expect(strikeGrid([], 50).calls).toEqual([]);
  });

  it('does not mistake one step for another', () => {
    const legs = [at(26_000), at(26_100)];
    expect([strikeGrid(legs, 100).calls.length, strikeGrid(legs, 50).calls.length]).toEqual([2, 3]);
  });
});
