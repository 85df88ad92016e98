import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { isTradingDay, tradingDays } from '../../../../shared/domain/market/calendar.ts';
import {
  ladderSidesOn,
  lotSizeFor,
  nearestExpiry,
  strikeStepOn,
  tickRupeesOn,
} from '../../../../shared/domain/market/contract.ts';
import { lastOfMonth } from '../../../../shared/domain/market/exchange-rules.ts';
import { NotFound } from '../../../../shared/errors.ts';

const rules = exchangesRules();

describe('contract terms', () => {
  it('are those of the four chains', () => {
    const terms = Object.values(rules).map((r) => [
      strikeStepOn('2025-12-04', r),
      ladderSidesOn('2025-12-04', r),
      tickRupeesOn('2025-12-04', r),
    ]);
    expect(terms).toEqual([
      [50, 5, 0.05],
      [100, 5, 0.05],
      [50, 10, 0.05],
      [100, 10, 0.05],
    ]);
  });

  it.each([
    ['NSE', '2025-12-30', 75],
    ['NSE', '2026-01-06', 65],
    ['NSE_MONTHLY', '2025-12-30', 75],
    ['NSE_MONTHLY', '2026-01-27', 65],
    ['BANKNIFTY_MONTHLY', '2025-06-26', 30],
    ['BANKNIFTY_MONTHLY', '2025-09-30', 35],
    ['BANKNIFTY_MONTHLY', '2026-07-28', 30],
    ['BSE', '2026-07-16', 20],
  ] as const)('lot of the %s contract of %s is %d', (exchange, expiry, units) => {
    expect(lotSizeFor(expiry, rules[exchange])).toBe(units);
  });

  it('are an error before the first entry', () => {
    expect(() => lotSizeFor('2024-12-26', rules.NSE)).toThrow(NotFound);
    expect(() => strikeStepOn('2024-12-26', rules.NSE)).toThrow(
      /expected a strike_step of NSE for 2024-12-26/,
    );
  });
});

describe('nearest expiry', () => {
  it.each([
    ['NSE', '2025-08-22', '2025-08-28', 'Thursdays until August 2025'],
    ['NSE', '2025-08-29', '2025-09-02', 'Tuesdays since'],
    ['NSE', '2025-12-04', '2025-12-09', 'the recorded chain'],
    ['NSE', '2026-08-18', '2026-08-18', 'on expiry day, that day'],
    ['NSE', '2026-02-25', '2026-03-02', 'Holi moves it to Monday'],
    ['NSE', '2026-03-03', '2026-03-10', 'and the week after follows'],
    ['BSE', '2025-12-04', '2025-12-04', 'SENSEX on Thursday'],
    ['BSE', '2025-08-20', '2025-08-26', 'SENSEX on Tuesday until August 2025'],
    ['BSE', '2026-07-17', '2026-07-23', 'the recorded chain'],
    ['NSE_MONTHLY', '2025-12-04', '2025-12-30', 'the last Tuesday of the month'],
    ['NSE_MONTHLY', '2025-12-31', '2026-01-27', 'the next month'],
    ['BANKNIFTY_MONTHLY', '2025-08-29', '2025-09-30', 'the recorded chain'],
    ['BANKNIFTY_MONTHLY', '2025-07-01', '2025-07-31', 'the last Thursday until August 2025'],
    ['BANKNIFTY_MONTHLY', '2026-03-12', '2026-03-30', 'Mahavir Jayanti moves it to Monday'],
  ] as const)('%s on %s is %s: %s', (exchange, date, expected, _why) => {
    expect(nearestExpiry(date, rules[exchange])).toBe(expected);
  });

  it('is a trading day on or after the date, never further than the cadence', () => {
    for (const exchange of Object.values(rules)) {
      const longest = exchange.expiry_day[0]!.cadence === 'weekly' ? 8 : 37;
      for (const day of tradingDays('2025-01-01', '2026-10-30', exchange)) {
        const expiry = nearestExpiry(day, exchange);
        expect(expiry >= day).toBe(true);
        expect(isTradingDay(expiry, exchange)).toBe(true);
        expect((Date.parse(expiry) - Date.parse(day)) / 86_400_000).toBeLessThanOrEqual(longest);
      }
    }
  });
});

describe('lastOfMonth', () => {
  it.each([
    ['2026-02-10', '2026-02-28'],
    ['2024-02-29', '2024-02-29'],
    ['2025-12-01', '2025-12-31'],
    ['2026-04-30', '2026-04-30'],
  ])('of %s is %s', (day, last) => {
    expect(lastOfMonth(day)).toBe(last);
  });
});
