import { describe, expect, it } from 'vitest';
import { CHAIN_V3 } from '../../../../../shared/domain/features/chain-v3/chain-v3.ts';
import {
  INDEX_SIBLING,
  TERM_SIBLING,
  TERM_STRUCTURE,
} from '../../../../../shared/domain/features/chain-v3/term-structure.ts';
import { timelineOf } from '../../../../../shared/domain/features/window.ts';
import { EXCHANGES } from '../../../../../shared/domain/market/snapshot.ts';
import {
  aPricedSnapshot,
  type PricedChain,
  valuesOf,
  windowOver,
} from '../../../../factories/priced-chain.ts';

const weekly: PricedChain = { exchange: 'NSE', expiry: '2025-12-09', volatility: () => 0.1 };
const monthly: PricedChain = {
  exchange: 'NSE_MONTHLY',
  expiry: '2025-12-30',
  sides: 10,
  volatility: () => 0.13,
};
const sensex: PricedChain = {
  exchange: 'BSE',
  expiry: '2025-12-11',
  price: 85_000,
  step: 100,
  volatility: () => 0.11,
};

/** The features of a chain at minute 200, beside others at the minutes given. */
function term(own: PricedChain, others: readonly PricedChain[]) {
  const siblings = Object.fromEntries(
    others.map((other) => [other.exchange!, timelineOf([aPricedSnapshot({ minute: 199, ...other })])]),
  );
  return valuesOf(TERM_STRUCTURE, windowOver([aPricedSnapshot(own)], { siblings }));
}

describe('the term structure', () => {
  const days = (date: number, minute: number) => date - 4 + (375 - minute) / 1440;
  const [t1, t2] = [days(9, 200), days(30, 199)];

  it('sets the weekly chain against the monthly one', () => {
    const values = term(weekly, [monthly, sensex]);
    expect(values.term_slope_pct).toBeCloseTo(3, 6);
    const [v1, v2] = [0.1 ** 2 * t1, 0.13 ** 2 * t2];
    expect(values.forward_iv_pct).toBeCloseTo(100 * Math.sqrt((v2 - v1) / (t2 - t1)), 6);
    const v7 = v1 + ((v2 - v1) * (7 - t1)) / (t2 - t1);
    expect(values.atm_iv_7d_pct).toBeCloseTo(100 * Math.sqrt(v7 / 7), 6);
    expect(values.cross_index_iv_spread).toBeCloseTo(-1, 6);
  });

  it('says the same from the monthly side, but for the minute that the other is older', () => {
    const here = term(weekly, [monthly]);
    const there = term(monthly, [weekly]);
    for (const name of ['term_slope_pct', 'forward_iv_pct', 'atm_iv_7d_pct'])
      expect(there[name], name).toBeCloseTo(here[name]!, 2);
  });

  it('is missing when both chains are one contract, and at 7 days when both lie on one side of it', () => {
    const same = term({ ...weekly, expiry: '2025-12-30' }, [monthly]);
    expect([same.term_slope_pct, same.forward_iv_pct, same.atm_iv_7d_pct]).toEqual([NaN, NaN, NaN]);
    expect(term({ ...weekly, expiry: '2025-12-16' }, [monthly]).atm_iv_7d_pct).toBeNaN();
    expect(term({ ...weekly, expiry: '2025-12-16' }, [monthly]).term_slope_pct).toBeCloseTo(3, 6);
  });

  it('has no forward volatility where the variance would be negative', () => {
    const values = term({ ...weekly, volatility: () => 0.9 }, [monthly]);
    expect(values.forward_iv_pct).toBeNaN();
    expect(values.term_slope_pct).toBeCloseTo(-77, 5);
  });

  it('takes the last snapshot of an earlier minute, at most ten minutes old, of what was known', () => {
    const at = (minute: number, more: PricedChain = {}) =>
      term(weekly, [{ ...monthly, minute, ...more }]).term_slope_pct;
    expect([at(190), at(199)]).toEqual([expect.closeTo(3, 6), expect.closeTo(3, 6)]);
    expect([at(189), at(200), at(201)]).toEqual([NaN, NaN, NaN]);
    expect(at(199, { overrides: { received_at: '2025-12-04T07:05:01.000Z' } })).toBeNaN();
  });

  it('is missing without the other chain, or without its prices', () => {
    expect(Object.values(term(weekly, [])).every(Number.isNaN)).toBe(true);
    const unpriced = term(weekly, [{ ...monthly, leg: (leg) => (leg.option_type === 'CE' ? leg : null) }]);
    expect(Object.values(unpriced).every(Number.isNaN)).toBe(true);
  });

  it('asks for the chains that it reads, and no others', () => {
    for (const exchange of EXCHANGES) {
      const read = [TERM_SIBLING[exchange], INDEX_SIBLING[exchange]].filter((one) => one !== null);
      expect(new Set(CHAIN_V3.needs.siblings[exchange])).toEqual(new Set(read));
    }
  });
});
