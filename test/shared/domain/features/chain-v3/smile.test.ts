import { describe, expect, it } from 'vitest';
import { smileAt } from '../../../../../shared/domain/features/chain-v3/context.ts';
import {
  smileOf,
  volatilityAt,
  volatilityNear,
} from '../../../../../shared/domain/features/chain-v3/smile.ts';
import { aPricedSnapshot, type PricedChain, windowOver } from '../../../../factories/priced-chain.ts';

const smile = (chain: PricedChain) => smileAt(windowOver([aPricedSnapshot(chain)]), 0);
const skewed = (strike: number) => 0.12 - (strike - 26_000) / 50_000;

describe('the smile of a chain', () => {
  it('finds the forward and each volatility that the chain was priced by', () => {
    const { forward, dispersion, strikes, volatilities, atmVolatility } = smile({
      carry: 37,
      volatility: skewed,
    });
    expect(forward).toBeCloseTo(26_037, 6);
    expect(dispersion).toBeLessThan(1e-6);
    expect(strikes).toEqual(Array.from({ length: 11 }, (_, i) => 25_750 + 50 * i));
    for (const [i, strike] of strikes.entries()) expect(volatilities[i]).toBeCloseTo(skewed(strike), 9);
    expect(atmVolatility).toBeCloseTo(skewed(26_037), 9);
  });

  it('gives calls and puts one volatility, whatever the carry: no rate is assumed', () => {
    for (const carry of [-100, 0, 200]) expect(smile({ carry }).atmVolatility).toBeCloseTo(0.12, 9);
  });

  it('counts calendar time to 15:30 of the expiry date', () => {
    expect(smile({ minute: 315 }).years).toBeCloseTo((5 + 1 / 24) / 365, 12);
    expect(smile({ minute: 380, expiry: '2025-12-04' }).years).toBe(0);
  });

  it('has no volatility once expired', () => {
    const { strikes, atmVolatility, forward } = smile({
      minute: 376,
      expiry: '2025-12-04',
      leg: (leg) => ({ ...leg, best_bid: null, best_ask: null, ltp: 20 }),
    });
    expect([strikes.length, atmVolatility]).toEqual([0, Number.NaN]);
    expect(forward).toBeGreaterThan(25_000);
  });

  it('leaves out a strike whose quote cannot be used, and goes on', () => {
    const crossed = smile({
      volatility: skewed,
      leg: (leg) => (leg.strike === 25_900 ? { ...leg, best_bid: leg.best_ask! + 1 } : leg),
    });
    expect(crossed.strikes).not.toContain(25_900);
    expect(crossed.atmVolatility).toBeCloseTo(skewed(26_020), 9);
  });

  it('leaves out a price below what exercise is worth, rather than giving it a floor', () => {
    const cheap = smile({
      leg: (leg) => (leg.strike === 26_100 ? { ...leg, best_bid: null, best_ask: null, ltp: 0.05 } : leg),
    });
    expect(cheap.strikes).toContain(26_100);
    expect(cheap.volatilities[cheap.strikes.indexOf(26_100)]).toBeLessThan(0.12);
    const dear = smile({
      leg: (leg) => (leg.strike === 26_100 ? { ...leg, best_bid: null, best_ask: null, ltp: 60_000 } : leg),
    });
    expect(dear.strikes).not.toContain(26_100);
  });

  it('of one side only, and of no legs within the ladder, is empty', () => {
    const calls = smile({ leg: (leg) => (leg.option_type === 'CE' ? leg : null) });
    expect(calls).toMatchObject({ forward: Number.NaN, strikes: [], atmVolatility: Number.NaN });
    const far = smile({ overrides: { underlying_price: 30_000 } });
    expect(far.forward).toBeNaN();
  });

  it('is not moved by what lies beyond the ladder', () => {
    const wide = aPricedSnapshot({ sides: 20 });
    const narrow = aPricedSnapshot({ sides: 5 });
    expect(smileAt(windowOver([wide]), 0)).toEqual(smileAt(windowOver([narrow]), 0));
  });

  it('does not depend on what was asked before of the same legs', () => {
    const { legs } = aPricedSnapshot();
    const base = {
      legs,
      timestampMs: Date.parse('2025-12-04T12:35:00+05:30'),
      expiry: '2025-12-09',
      underlyingPrice: 26_000,
      halfWidth: 275,
    };
    const narrow = smileOf({ ...base, halfWidth: 120 });
    expect(smileOf(base)).toEqual(smileOf({ ...base, legs: [...legs] }));
    expect(smileOf({ ...base, expiry: '2025-12-16' }).years).toBeGreaterThan(smileOf(base).years);
    expect(smileOf({ ...base, halfWidth: 120 })).toEqual(narrow);
    expect(narrow.strikes).toHaveLength(5);
  });
});

describe('volatility between and beyond strikes', () => {
  const three = { strikes: [100, 110, 130], volatilities: [0.2, 0.1, 0.3] };

  it.each([
    [100, 0.2],
    [105, 0.15],
    [110, 0.1],
    [125, 0.25],
    [130, 0.3],
    [99, Number.NaN],
    [131, Number.NaN],
  ])('at %d is %d', (strike, expected) => {
    const found = volatilityAt(three, strike);
    if (Number.isNaN(expected)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(expected, 14);
  });

  it('beyond is that of the nearest end; of nothing is missing', () => {
    const whole = { ...three, forward: 110, dispersion: 0, years: 1, atmVolatility: 0.1 };
    expect([volatilityNear(whole, 90), volatilityNear(whole, 200)]).toEqual([0.2, 0.3]);
    expect(volatilityNear({ ...whole, strikes: [], volatilities: [] }, 100)).toBeNaN();
  });
});
