import { describe, expect, it } from 'vitest';
import { QUOTES } from '../../../../../shared/domain/features/chain-v3/quotes.ts';
import type { Leg } from '../../../../../shared/domain/market/snapshot.ts';
import { aPricedSnapshot, valuesOf, windowOver } from '../../../../factories/priced-chain.ts';

type Quote = Partial<Pick<Leg, 'best_bid' | 'best_ask' | 'bid_quantity' | 'ask_quantity' | 'ltp'>>;

const snapshot = (quote: (leg: Leg) => Quote | null, minute = 200, sides = 1) =>
  aPricedSnapshot({
    minute,
    sides,
    leg: (leg) => {
      const change = quote(leg);
      return change && { ...leg, ...change };
    },
  });
const quotes = (quote: (leg: Leg) => Quote | null) => valuesOf(QUOTES, windowOver([snapshot(quote)]));
const isCall = ({ option_type }: Leg) => option_type === 'CE';

describe('quotes', () => {
  it('have a spread in ticks and relative to their middle', () => {
    const values = quotes(() => ({ best_bid: 99.9, best_ask: 100.1 }));
    expect(values.spread_ticks).toBeCloseTo(4, 9);
    expect(values.spread_bps).toBeCloseTo(20, 9);
    expect(values.near_spread_bps).toBeCloseTo(20, 9);
    expect(values.quote_coverage).toBe(1);
  });

  it('of one leg gone wild do not move the median', () => {
    const values = quotes((leg) =>
      leg.strike === 26_050 && isCall(leg)
        ? { best_bid: 80, best_ask: 120 }
        : { best_bid: 99.9, best_ask: 100.1 },
    );
    expect(values.spread_ticks).toBeCloseTo(4, 9);
  });

  it('near the price are told from the others', () => {
    const far = snapshot(
      ({ strike }) => ({ best_bid: 100, best_ask: Math.abs(strike - 26_000) > 125 ? 110 : 101 }),
      200,
      5,
    );
    const values = valuesOf(QUOTES, windowOver([far]));
    expect(values.near_spread_bps).toBeCloseTo(1e4 / 100.5, 9);
    expect(values.spread_bps).toBeCloseTo(1e5 / 105, 9);
  });

  it('lean to the side with more on offer, calls and puts apart', () => {
    const values = quotes((leg) => ({
      bid_quantity: isCall(leg) ? 300 : 100,
      ask_quantity: isCall(leg) ? 100 : 300,
    }));
    expect([values.call_quote_imbalance, values.put_quote_imbalance]).toEqual([0.5, -0.5]);
  });

  it('say on which side trades are done', () => {
    const at = (ltp: number) => quotes(() => ({ best_bid: 10, best_ask: 10.1, ltp })).trade_location;
    expect([at(10), at(10.1), at(9), at(12)]).toEqual([-1, 1, -1, 1]);
    expect(at(10.05)).toBeCloseTo(0, 9);
  });

  it('crossed, one-sided or absurdly wide ones are left out', () => {
    const values = quotes((leg) => {
      if (leg.strike === 25_950) return { best_bid: 5, best_ask: 4 };
      if (leg.strike === 26_050) return isCall(leg) ? { best_bid: null } : { best_bid: 1, best_ask: 500 };
      return { best_bid: 99.9, best_ask: 100.1 };
    });
    expect(values.quote_coverage).toBeCloseTo(1 / 3, 12);
    expect(values.spread_ticks).toBeCloseTo(4, 9);
  });

  it('that have stood unchanged for five minutes, quantities too, are left behind', () => {
    const stuck = (leg: Leg): Quote =>
      leg.strike === 26_000
        ? { best_bid: 50, best_ask: 60, bid_quantity: 75, ask_quantity: 75 }
        : { best_bid: 99.9, best_ask: 100.1 };
    const now = snapshot((leg) => ({ bid_quantity: 10, ...stuck(leg) }));
    const before = snapshot((leg) => ({ bid_quantity: 20, ...stuck(leg) }), 195);
    const values = valuesOf(QUOTES, windowOver([before, now]));
    expect(values.quote_coverage).toBeCloseTo(2 / 3, 12);
    expect(values.spread_ticks).toBeCloseTo(4, 9);
    const recent = valuesOf(QUOTES, windowOver([snapshot(stuck, 196), now]));
    expect(recent.quote_coverage).toBe(1);
  });

  it('without quantities cannot be told to be left behind', () => {
    const bare = () => ({ bid_quantity: null, ask_quantity: null });
    const values = valuesOf(QUOTES, windowOver([snapshot(bare, 195), snapshot(bare)]));
    expect(values.quote_coverage).toBe(1);
    expect([values.call_quote_imbalance, values.put_quote_imbalance]).toEqual([Number.NaN, Number.NaN]);
  });

  it('that are not there are missing, not 0, but for how many there are', () => {
    const values = quotes(() => ({ best_bid: null, best_ask: null }));
    const { quote_coverage, ...others } = values;
    expect(quote_coverage).toBe(0);
    expect(Object.values(others).every(Number.isNaN)).toBe(true);
  });
});
