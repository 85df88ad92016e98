import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { tradingCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { NotFound, RejectedInput } from '../../../../shared/errors.ts';

const { NSE, BSE, BANKNIFTY_MONTHLY } = exchangesRules();

const DATES = ['2024-10-01', '2025-06-02', '2026-03-31', '2026-04-01', '2026-12-31'];
const trade = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  premiumRupees: fc.integer({ min: 0, max: 100_000 }).map((ticks) => ticks * 0.05),
  units: fc.integer({ min: 1, max: 5000 }),
  date: fc.constantFrom(...DATES),
  rules: fc.constantFrom(NSE, BSE),
});

describe('trading costs, worked by hand', () => {
  it('of selling 75 NIFTY units at 200 rupees in June 2025: a turnover of 15,000', () => {
    const costs = tradingCosts({
      side: 'sell',
      premiumRupees: 200,
      units: 75,
      date: '2025-06-02',
      rules: NSE,
    });
    expect(costs.brokerageRupees).toBe(20);
    expect(costs.sttRupees).toBeCloseTo(15, 10);
    expect(costs.exchangeFeeRupees).toBeCloseTo(5.2545, 10);
    expect(costs.investorProtectionFeeRupees).toBeCloseTo(0.075, 10);
    expect(costs.sebiFeeRupees).toBeCloseTo(0.015, 10);
    expect(costs.gstRupees).toBeCloseTo(4.56201, 10);
    expect(costs.stampDutyRupees).toBe(0);
    expect(costs.totalRupees).toBeCloseTo(44.90651, 10);
  });

  it('of buying 20 SENSEX units at 300 rupees in July 2026: a turnover of 6,000', () => {
    const costs = tradingCosts({
      side: 'buy',
      premiumRupees: 300,
      units: 20,
      date: '2026-07-16',
      rules: BSE,
    });
    expect(costs.exchangeFeeRupees).toBeCloseTo(1.95, 10);
    expect(costs.investorProtectionFeeRupees).toBe(0);
    expect(costs.sebiFeeRupees).toBeCloseTo(0.006, 10);
    expect(costs.gstRupees).toBeCloseTo(3.95208, 10);
    expect(costs.stampDutyRupees).toBeCloseTo(0.18, 10);
    expect(costs.sttRupees).toBe(0);
    expect(costs.totalRupees).toBeCloseTo(26.08808, 10);
  });

  it('of a sale on NSE rise by 2,303 rupees a crore on 2024-10-01 before tax (N. Kamath, 2024-10-01)', () => {
    const perCrore = (date: string) => {
      const costs = tradingCosts({ side: 'sell', premiumRupees: 1e7, units: 1, date, rules: NSE });
      return costs.sttRupees + costs.exchangeFeeRupees;
    };
    expect(perCrore('2024-10-01') - perCrore('2024-09-30')).toBeCloseTo(2303, 6);
  });

  it('count exchange fee and investor protection together as 0.03553 % on brokers\u2019 lists of 2026', () => {
    const costs = tradingCosts({ side: 'buy', premiumRupees: 1e7, units: 1, date: '2026-05-04', rules: NSE });
    expect(costs.exchangeFeeRupees + costs.investorProtectionFeeRupees).toBeCloseTo(3553, 6);
  });

  it.each([
    ['2024-09-30', 6250],
    ['2024-10-01', 10_000],
    ['2026-03-31', 10_000],
    ['2026-04-01', 15_000],
  ])('transaction tax on a crore sold on %s is %d rupees', (date, rupees) => {
    const crore = { side: 'sell', premiumRupees: 1e7, units: 1, date } as const;
    expect(tradingCosts({ ...crore, rules: BANKNIFTY_MONTHLY }).sttRupees).toBeCloseTo(rupees, 6);
  });

  it.each([
    ['2024-01-02', 3750],
    ['2024-05-10', 3750],
    ['2024-05-13', 4950],
    ['2024-09-30', 4950],
    ['2024-10-01', 3250],
    ['2027-06-01', 3250],
  ])('exchange fee on a crore of SENSEX premium on %s is %d rupees', (date, rupees) => {
    const crore = { side: 'buy', premiumRupees: 1e7, units: 1, date, rules: BSE } as const;
    expect(tradingCosts(crore).exchangeFeeRupees).toBeCloseTo(rupees, 6);
  });

  it('of a worthless option are the brokerage and its tax', () => {
    const costs = tradingCosts({ side: 'sell', premiumRupees: 0, units: 65, date: '2026-05-04', rules: NSE });
    expect(costs.totalRupees).toBeCloseTo(23.6, 10);
  });
});

describe('trading costs', () => {
  it('are the sum of their parts, none below zero', () => {
    fc.assert(
      fc.property(trade, (order) => {
        const { totalRupees, ...parts } = tradingCosts(order);
        const values = Object.values(parts);
        expect(values.every((value) => value >= 0)).toBe(true);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(Math.abs(totalRupees - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum));
      }),
    );
  });

  it('beyond brokerage grow in proportion to the units', () => {
    const variable = (order: Parameters<typeof tradingCosts>[0]) =>
      tradingCosts(order).totalRupees - tradingCosts({ ...order, premiumRupees: 0 }).totalRupees;
    fc.assert(
      fc.property(trade, fc.integer({ min: 2, max: 9 }), (order, times) => {
        const many = variable({ ...order, units: order.units * times });
        expect(Math.abs(many - times * variable(order))).toBeLessThanOrEqual(1e-7 * Math.max(1, many));
      }),
    );
  });

  it('put the transaction tax on the seller and the stamp duty on the buyer', () => {
    fc.assert(
      fc.property(trade, (order) => {
        const { sttRupees, stampDutyRupees } = tradingCosts(order);
        expect(order.side === 'buy' ? sttRupees : stampDutyRupees).toBe(0);
      }),
    );
  });

  it.each([
    ['a day before the file', '2023-12-29', NSE, /costs\.brokerage of NSE for 2023-12-29/],
    [
      'a day after what is known',
      '2028-01-03',
      NSE,
      /costs\.brokerage of NSE for 2028-01-03, was none after 2027-12-31/,
    ],
    ['no date', 'soon', NSE, /for soon/],
  ])('are an error for %s', (_, date, rules, message) => {
    const act = () => tradingCosts({ side: 'buy', premiumRupees: 100, units: 20, date, rules });
    expect(act).toThrow(NotFound);
    expect(act).toThrow(message);
  });

  it.each([
    [-0.05, 75],
    [Number.NaN, 75],
    [Number.POSITIVE_INFINITY, 75],
    [100, 0],
    [100, -75],
    [100, 1.5],
  ])('refuse %d rupees for %d units', (premiumRupees, units) => {
    const act = () => tradingCosts({ side: 'buy', premiumRupees, units, date: '2026-05-04', rules: NSE });
    expect(act).toThrow(RejectedInput);
    expect(act).toThrow(/expected .*, was /);
  });
});
