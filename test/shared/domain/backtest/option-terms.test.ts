import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../../shared/config/execution.ts';
import {
  costOf,
  flatMinuteIn,
  optionTerms,
  orderCosts,
} from '../../../../shared/domain/backtest/option-terms.ts';
import { sessionOf } from '../../../../shared/domain/market/calendar.ts';
import { tradingCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { bseWithFeesFrom } from '../../../factories/known-fees.ts';

const { NSE_MONTHLY, BSE } = exchangesRules();
const policy = optionPolicy();

describe('the minute from which nothing is held', () => {
  test.each([
    ['an ordinary day', '2025-12-29', '15:20'],
    ['a session to 15:40, with its closing auction', '2026-08-18', '15:20'],
    ['a Saturday session to 12:30', '2024-03-02', '12:20'],
    ['an hour in the afternoon', '2025-10-21', '14:35'],
    ['an evening session, which opens after 15:20', '2024-11-01', '18:50'],
  ])('%s', (_, date, expected) => {
    const minute = flatMinuteIn(sessionOf(date, NSE_MONTHLY)!, policy);
    expect(`${Math.floor(minute / 60)}:${minute % 60}`).toBe(expected);
  });
});

describe('the terms of a date', () => {
  test('are those of config/exchanges', () =>
    expect(optionTerms('2025-12-29', '2025-12-30', NSE_MONTHLY, policy)).toMatchObject({
      closeMinute: 930,
      flatMinute: 920,
      step: 50,
      units: 75,
      tickRupees: 0.05,
      slippageFraction: 0.0015,
      marginFraction: 1,
    }));
  test('have the lot of the contract, not of the day', () =>
    expect(optionTerms('2025-12-29', '2026-01-27', NSE_MONTHLY, policy)?.units).toBe(65));
  test('are unknown on a holiday, outside the calendar and before a charge is known', () => {
    expect(optionTerms('2025-12-25', '2025-12-30', NSE_MONTHLY, policy)).toBeNull();
    expect(optionTerms('2023-12-29', '2024-01-25', NSE_MONTHLY, policy)).toBeNull();
    expect(optionTerms('2025-12-29', '2026-01-01', bseWithFeesFrom('2026-01-01'), policy)).toBeNull();
  });
});

describe('the costs of an order', () => {
  const dates = fc.constantFrom('2024-02-01', '2024-05-02', '2024-11-04', '2025-06-02', '2026-04-06');
  test('are linear in its turnover, by the date', () => {
    fc.assert(
      fc.property(
        dates,
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.constantFrom(NSE_MONTHLY, BSE),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        (date, side, rules, ticks, units) => {
          const premiumRupees = ticks / 20;
          const { totalRupees } = tradingCosts({ side, premiumRupees, units, date, rules });
          const ours = costOf(orderCosts(side, date, rules), premiumRupees * units);
          expect(Math.abs(ours - totalRupees)).toBeLessThan(1e-9 * Math.max(1, totalRupees));
        },
      ),
    );
  });
  test('rise for the seller when the tax does', () =>
    expect(orderCosts('sell', '2026-04-06', NSE_MONTHLY).rate).toBeGreaterThan(
      orderCosts('sell', '2026-03-30', NSE_MONTHLY).rate,
    ));
});
