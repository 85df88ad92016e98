import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRICE } from '../../../../../shared/domain/features/chain-v3/price.ts';
import { istMs, MINUTE_MS } from '../../../../../shared/domain/market/indian-time.ts';
import { valuesOf } from '../../../../factories/priced-chain.ts';
import { aSnapshot } from '../../../../factories/snapshot.ts';
import { aWindow } from '../../../../factories/window.ts';

const LEGS = aSnapshot().legs;

/** The price features of one price a minute, the last one now; undefined is a lost minute. */
function priceOf(prices: readonly (number | undefined)[]) {
  const nowMs = istMs('2025-12-04', 755);
  const kept = prices.flatMap((price, i) =>
    price === undefined ? [] : [{ price, ago: prices.length - 1 - i }],
  );
  return valuesOf(
    PRICE,
    aWindow({
      timestampsMs: kept.map(({ ago }) => nowMs - ago * MINUTE_MS),
      snapshots: kept.map(({ price }) => ({ ...aSnapshot({ underlying_price: price }), legs: LEGS })),
    }),
  );
}

const YEAR = 252 * 375;
const zigzag = (minutes: number, step = 0.001) =>
  Array.from({ length: minutes + 1 }, (_, i) => (i % 2 === 0 ? 26_000 : 26_000 * Math.exp(step)));

describe('returns', () => {
  it('are log returns in basis points by the clock', () => {
    const prices = Array.from({ length: 61 }, (_, i) => 26_000 + i);
    const values = priceOf(prices);
    for (const minutes of [3, 5, 15, 30])
      expect(values[`return_${minutes}m_bps`]).toBeCloseTo(1e4 * Math.log(26_060 / (26_060 - minutes)), 9);
  });

  it('bridge lost minutes, but not three in a row', () => {
    const prices: (number | undefined)[] = Array.from({ length: 61 }, (_, i) => 26_000 + i);
    prices[57] = undefined;
    prices[56] = undefined;
    expect(priceOf(prices).return_3m_bps).toBeCloseTo(1e4 * Math.log(26_060 / 26_055), 9);
    prices[55] = undefined;
    expect(priceOf(prices).return_3m_bps).toBeNaN();
    expect(priceOf(prices).return_5m_bps).toBeCloseTo(1e4 * Math.log(26_060 / 26_054), 9);
  });
});

describe('realised volatility', () => {
  it('is the root of the mean squared return a minute, a year of sessions long', () => {
    const values = priceOf(zigzag(60));
    expect(values.realised_vol_30m_pct).toBeCloseTo(100 * 0.001 * Math.sqrt(YEAR), 9);
    expect(values.realised_vol_60m_pct).toBeCloseTo(100 * 0.001 * Math.sqrt(YEAR), 9);
  });

  it('spreads a return over the minutes that it took', () => {
    const holed = zigzag(60).map((price, i) => (i % 3 === 1 ? undefined : price));
    // Between the kept minutes 0, 2, 3, 5, 6 ...: 0 over two minutes, 0.001 over one.
    expect(priceOf(holed).realised_vol_60m_pct).toBeCloseTo(
      100 * Math.sqrt((0.001 ** 2 * 20) / 60) * Math.sqrt(YEAR),
      9,
    );
  });

  it('needs ten returns and half of the time', () => {
    expect(priceOf(zigzag(29)).realised_vol_60m_pct).toBeNaN();
    expect(priceOf(zigzag(30)).realised_vol_60m_pct).not.toBeNaN();
    const sparse = zigzag(60).map((price, i) => (i % 7 === 4 ? price : undefined));
    expect(priceOf(sparse).realised_vol_60m_pct).toBeNaN();
  });

  it('from ranges takes high and low of each five minutes', () => {
    const values = priceOf(zigzag(60));
    expect(values.range_vol_60m_pct).toBeCloseTo(
      100 * Math.sqrt((0.001 ** 2 / (4 * Math.LN2) / 5) * YEAR),
      9,
    );
    expect(priceOf(zigzag(27)).range_vol_60m_pct).toBeNaN();
    expect(priceOf(zigzag(28)).range_vol_60m_pct).not.toBeNaN();
  });

  it('scores the last quarter of an hour against it', () => {
    const prices = zigzag(60);
    prices[60] = 26_000 * Math.exp(0.003);
    const squares = 59 * 0.001 ** 2 + 0.002 ** 2;
    const expected = Math.log(prices[60]! / prices[45]!) / Math.sqrt((15 * squares) / 60);
    expect(priceOf(prices).return_15m_sigma).toBeCloseTo(expected, 9);
  });
});

describe('jumps', () => {
  it('of an even walk are none', () => {
    expect(priceOf(zigzag(60)).jump_share_60m).toBe(0);
  });

  it('are the share of one large move among small ones', () => {
    const prices = zigzag(60, 0.0001).map((price, i) => (i < 30 ? price : price * Math.exp(0.01)));
    // 59 returns of 0.0001, one of 0.0101 or 0.0099; its two neighbours in the products of pairs.
    const jump = Math.log(prices[30]! / prices[29]!);
    const squares = (59 * 0.0001 ** 2 + jump ** 2) / 60;
    const products = (57 * 0.0001 ** 2 + 2 * 0.0001 * Math.abs(jump)) / 59;
    expect(priceOf(prices).jump_share_60m).toBeCloseTo(1 - (Math.PI / 2) * (products / squares), 9);
  });

  it('are not told from returns over lost minutes, nor from a price that stands still', () => {
    const everyOther = zigzag(60).map((price, i) => (i % 2 === 0 ? price : undefined));
    expect(priceOf(everyOther).jump_share_60m).toBeNaN();
    expect(priceOf(Array(61).fill(26_000)).jump_share_60m).toBeNaN();
    const everyThird = Array.from({ length: 61 }, (_, i) => 26_000 + 5 * Math.floor(i / 3));
    expect(priceOf(everyThird).jump_share_60m).toBeNaN();
  });
});

describe('the path', () => {
  it('is efficient when it goes straight, in its direction', () => {
    const line = Array.from({ length: 61 }, (_, i) => 26_000 - i);
    expect(priceOf(line)).toMatchObject({ path_efficiency_30m: -1, range_position_60m: 0 });
    expect(priceOf(line.toReversed())).toMatchObject({ path_efficiency_30m: 1, range_position_60m: 1 });
  });

  it('goes nowhere with many steps', () => {
    expect(priceOf(zigzag(60)).path_efficiency_30m).toBe(0);
  });

  it('has no range while the price stands', () => {
    const still = priceOf(Array(61).fill(26_000));
    expect([still.range_position_60m, still.path_efficiency_30m, still.return_15m_sigma]).toEqual([
      NaN,
      NaN,
      NaN,
    ]);
    expect([still.return_15m_bps, still.realised_vol_60m_pct]).toEqual([0, 0]);
  });

  it('keeps its bounds, and does not change with the unit of the price', () => {
    const walk = fc.array(fc.integer({ min: 20_000, max: 30_000 }), { minLength: 40, maxLength: 61 });
    fc.assert(
      fc.property(walk, (prices) => {
        const [values, doubled] = [priceOf(prices), priceOf(prices.map((price) => 2 * price))];
        for (const [name, value] of Object.entries(values)) {
          if (Number.isNaN(value)) expect(doubled[name], name).toBeNaN();
          else expect(doubled[name], name).toBeCloseTo(value, 6);
        }
        expect(Math.abs(values.path_efficiency_30m! || 0)).toBeLessThanOrEqual(1);
        expect(values.jump_share_60m! || 0).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });
});
