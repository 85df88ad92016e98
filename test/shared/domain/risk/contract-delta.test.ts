import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { black76Price } from '../../../../shared/domain/market/volatility/black76.ts';
import { contractDelta } from '../../../../shared/domain/risk/contract-delta.ts';

const EXPIRY = '2026-01-27';
const AT = '2026-01-05T12:35:00+05:30';
const YEARS = (Date.parse('2026-01-27T15:30:00+05:30') - Date.parse(AT)) / (365 * 86_400_000);

/** A ladder priced by the model itself. */
function ladder(forward: number, volatility: number, iv: number | null = volatility * 100) {
  const legs = [25900, 26000, 26100].flatMap((strike) =>
    (['CE', 'PE'] as const).map((option_type) => ({
      ...{ symbol: `${option_type}${strike}`, strike, option_type, iv },
      ltp: black76Price({ optionType: option_type, forward, strike, years: YEARS }, volatility),
      ...{ oi: null, volume: null, best_bid: null, best_ask: null, bid_quantity: null, ask_quantity: null },
    })),
  );
  return { timestamp: AT, expiry: EXPIRY, underlying_price: forward - 80, future_price: 30_000, legs };
}

/** Delta as the slope of the price, without the formula. */
function slope(optionType: 'CE' | 'PE', forward: number, strike: number, volatility: number): number {
  const price = (at: number) => black76Price({ optionType, forward: at, strike, years: YEARS }, volatility);
  return (price(forward + 0.5) - price(forward - 0.5)) / 1;
}

describe('delta of a contract in its chain', () => {
  test('is the slope of its price, call and put, at whatever volatility', () => {
    const chains = fc.record({
      forward: fc.integer({ min: 25_600, max: 26_400 }),
      volatility: fc.double({ min: 0.08, max: 0.4, noNaN: true }),
      side: fc.constantFrom('CE' as const, 'PE' as const),
      strike: fc.constantFrom(25900, 26000, 26100),
    });
    fc.assert(
      fc.property(chains, ({ forward, volatility, side, strike }) => {
        const expected = slope(side, forward, strike, volatility);
        for (const chain of [ladder(forward, volatility), ladder(forward, volatility, null)]) {
          expect(contractDelta(chain, `${side}${strike}`)?.delta).toBeCloseTo(expected, 4);
        }
      }),
    );
  });
  test('a recorded volatility of 0 says nothing: the price tells it', () => {
    const known = contractDelta(ladder(26_080, 0.12), 'PE26000');
    expect(contractDelta(ladder(26_080, 0.12, 0), 'PE26000')?.delta).toBeCloseTo(known!.delta, 9);
  });
  test('comes with the spot', () => {
    expect(contractDelta(ladder(26_080, 0.12), 'CE26000')?.underlying).toBe(26_000);
  });
  test('of a contract that the chain does not list is unknown', () => {
    expect(contractDelta(ladder(26_080, 0.12), 'CE27000')).toBeNull();
  });
  test('at expiry, and without any price or volatility, is unknown', () => {
    expect(
      contractDelta(
        { ...ladder(26_080, 0.12), expiry: '2026-01-05', timestamp: '2026-01-05T15:30:00+05:30' },
        'CE26000',
      ),
    ).toBeNull();
    const bare = ladder(26_080, 0.12, null);
    const legs = bare.legs.map((leg) => ({ ...leg, ltp: null }));
    expect(contractDelta({ ...bare, legs }, 'CE26000')).toBeNull();
  });
  test('without parity the future stands for the forward, and the spot for that', () => {
    const chain = ladder(26_080, 0.12);
    const calls = { ...chain, legs: chain.legs.filter(({ option_type }) => option_type === 'CE') };
    const onFuture = contractDelta(calls, 'CE26000')?.delta;
    const onSpot = contractDelta({ ...calls, future_price: null }, 'CE26000')?.delta;
    expect(onFuture).toBeCloseTo(slope('CE', 30_000, 26_000, 0.12), 4);
    expect(onSpot).toBeCloseTo(slope('CE', 26_000, 26_000, 0.12), 4);
  });
});
