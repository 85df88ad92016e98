import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContractSeries } from '../../../../shared/domain/labels/contract-series.ts';
import {
  buyLot,
  executionPrices,
  sellLot,
  tradeTerms,
} from '../../../../shared/domain/labels/paper-trade.ts';
import { tradingCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { LABEL_DATE, nseRules } from '../../../factories/label-day.ts';

const rules = nseRules();
const EXPIRY = '2025-12-09';
const terms = tradeTerms(LABEL_DATE, rules);
const NONE = Number.NaN;
const prices = (bid: number, ask: number, fresh: number) => {
  const series = { bid: Float64Array.of(bid), ask: Float64Array.of(ask) } as unknown as ContractSeries;
  const { buy, sell } = executionPrices(series, Float64Array.of(fresh), terms);
  return [buy[0], sell[0]];
};

describe('execution prices', () => {
  it('are the ask and the bid where they are quoted', () => {
    expect(prices(99.9, 100.1, 120)).toEqual([100.1, 99.9]);
    expect(prices(99.9, 100.1, NONE)).toEqual([100.1, 99.9]);
  });

  it('are the fresh last price and slippage where they are not', () => {
    const slippage = 200 * terms.slippageFraction;
    expect(prices(NONE, NONE, 200)).toEqual([200 + slippage, 200 - slippage]);
    expect(prices(0, 0, 200)).toEqual([200 + slippage, 200 - slippage]);
    expect(prices(NONE, 200.1, 200)).toEqual([200.1, 200 - slippage]);
    expect(prices(NONE, NONE, NONE)).toEqual([NONE, NONE]);
  });

  it('slip by a tick at least, and never below 0', () => {
    expect(prices(NONE, NONE, 1)).toEqual([1.05, 0.95]);
    expect(prices(NONE, NONE, 0.05)).toEqual([0.1, 0]);
  });

  it('trust no quotes that cross', () => {
    expect(prices(102, 101, 200)).toEqual(prices(NONE, NONE, 200));
    expect(prices(101, 101, 200)).toEqual([101, 101]);
  });
});

describe('a lot bought and sold', () => {
  it('wins the difference less the costs of both orders', () => {
    const bought = buyLot(100, EXPIRY, terms)!;
    expect(bought.units).toBe(75);
    const order = { units: 75, date: LABEL_DATE, rules } as const;
    const costs =
      tradingCosts({ ...order, side: 'buy', premiumRupees: 100 }).totalRupees +
      tradingCosts({ ...order, side: 'sell', premiumRupees: 110 }).totalRupees;
    expect(costs).toBeGreaterThan(2 * 20 * 1.18);
    expect(sellLot(bought, 110, terms)).toBeCloseTo(750 - costs, 9);
  });

  it('costs by the rates and lots of the day', () => {
    const flat = (date: string, expiry: string) => {
      const on = tradeTerms(date, rules);
      return sellLot(buyLot(200, expiry, on)!, 200, on)!;
    };
    // Securities transaction tax rose from 0.10 to 0.15 % in April 2026; lots of 65 since the January 2026 series.
    expect(flat('2026-03-30', '2026-04-07') - flat('2026-04-06', '2026-04-07')).toBeCloseTo(
      200 * 65 * 0.0005,
      9,
    );
    expect(buyLot(1, '2026-01-06', terms)!.units).toBe(65);
  });

  it('is unknown where a price is', () => {
    expect(buyLot(NONE, EXPIRY, terms)).toBeNull();
    expect(sellLot(buyLot(1, EXPIRY, terms)!, NONE, terms)).toBeNull();
  });

  it('never wins without a rise of the price', () => {
    const price = fc.double({ min: 0.05, max: 5000, noNaN: true });
    fc.assert(
      fc.property(price, price, (bought, sold) => {
        const pnl = sellLot(buyLot(bought, EXPIRY, terms)!, Math.min(bought, sold), terms)!;
        expect(pnl).toBeLessThan(-2 * 20);
      }),
    );
  });
});
