import { describe, expect, it } from 'vitest';
import { black76Price } from '../../../../../shared/domain/market/volatility/black76.ts';
import {
  legPrice,
  type PricedLeg,
  parityForward,
} from '../../../../../shared/domain/market/volatility/parity-forward.ts';
import { seededUniform } from '../../../../../shared/stats/seeded-uniform.ts';

const FORWARD = 26_061.4;
const STRIKES = Array.from({ length: 11 }, (_, at) => 25_800 + 50 * at);

const leg = (strike: number, optionType: 'CE' | 'PE', ltp: number | null): PricedLeg => ({
  strike,
  option_type: optionType,
  ltp,
  best_bid: null,
  best_ask: null,
});

const modelPrice = (strike: number, optionType: 'CE' | 'PE', discountFactor = 1) =>
  black76Price({ optionType, forward: FORWARD, strike, years: 5 / 365, discountFactor }, 0.11);

const ladder = (discountFactor = 1) =>
  STRIKES.flatMap((strike) =>
    (['CE', 'PE'] as const).map((type) => leg(strike, type, modelPrice(strike, type, discountFactor))),
  );

/** The index of the call at a strike. */
const callAt = (legs: readonly PricedLeg[], strike: number) =>
  legs.findIndex((one) => one.strike === strike && one.option_type === 'CE');

describe('parityForward', () => {
  it('reads the forward that the prices were made with', () => {
    const found = parityForward(ladder());
    expect(found).toMatchObject({ forward: expect.closeTo(FORWARD, 9) });
  });

  it('takes the discount factor into account', () => {
    const found = parityForward(ladder(0.98), 0.98);
    expect(found).toMatchObject({ forward: expect.closeTo(FORWARD, 9) });
  });

  it('does not depend on the order of the legs', () => {
    const legs = ladder();
    expect(parityForward(legs.toReversed())).toEqual(parityForward(legs));
  });

  it('is not moved by one stale price', () => {
    const legs = ladder().map((one, at) => ({
      ...one,
      ltp: one.ltp! + (at % 2 === 0 ? 0.1 : -0.1) * (at % 3),
    }));
    const clean = parityForward(legs);
    legs[callAt(legs, 26_050)]!.ltp! += 150;
    const stale = parityForward(legs);
    if (typeof clean === 'string' || typeof stale === 'string')
      throw new Error('expected a forward, was none');
    expect(Math.abs(stale.forward - clean.forward)).toBeLessThan(0.5);
    expect(stale.strikes).toBeLessThan(STRIKES.length);
  });

  it('stays within the noise of tick-rounded prices', () => {
    const next = seededUniform(11);
    for (let round = 0; round < 200; round += 1) {
      const legs = ladder().map((one) => ({ ...one, ltp: Math.round((one.ltp! + next() - 0.5) * 20) / 20 }));
      const found = parityForward(legs);
      expect(found).toMatchObject({ forward: expect.closeTo(FORWARD, -0.3) });
    }
  });

  it('listens to strikes near the money more than to far ones', () => {
    const legs = ladder();
    legs[callAt(legs, 25_800)]!.ltp! += 2;
    const far = parityForward(legs);
    expect(far).toMatchObject({ forward: expect.closeTo(FORWARD, 0) });
  });

  it('needs both legs of a strike', () => {
    expect(parityForward([leg(26_000, 'CE', 100), leg(26_050, 'PE', 90)])).toBe('no_forward');
    expect(parityForward([leg(26_000, 'CE', 100), leg(26_000, 'PE', null)])).toBe('no_forward');
    expect(parityForward([leg(26_000, 'CE', 100), leg(26_000, 'PE', 0)])).toBe('no_forward');
    expect(parityForward([])).toBe('no_forward');
  });

  it('takes one strike as it is', () => {
    const legs = [leg(26_000, 'CE', 130), leg(26_000, 'PE', 70)];
    expect(parityForward(legs)).toEqual({ forward: 26_060, strikes: 1, dispersion: 0 });
  });
});

describe('legPrice', () => {
  it.each([
    ['the middle of the quotes', { ltp: 90, best_bid: 100, best_ask: 102 }, 101],
    ['the last price where quotes cross', { ltp: 90, best_bid: 103, best_ask: 102 }, 90],
    ['the last price where a quote is missing', { ltp: 90, best_bid: null, best_ask: 102 }, 90],
    ['the last price where nobody bids', { ltp: 90, best_bid: 0, best_ask: 102 }, 90],
    ['nothing without either', { ltp: null, best_bid: 0, best_ask: 102 }, null],
    ['nothing for a last price of zero', { ltp: 0, best_bid: null, best_ask: null }, null],
  ])('is %s', (_what, prices, expected) => {
    expect(legPrice({ strike: 26_000, option_type: 'CE', ...prices })).toBe(expected);
  });
});
