import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { isTradingDay, tradingDays } from '../../../../shared/domain/market/calendar.ts';
import {
  hasWeeklySeries,
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
    ['NSE', '2024-04-25', 50],
    ['NSE', '2024-05-02', 25],
    ['NSE', '2024-12-26', 25],
    ['NSE', '2025-01-02', 75],
    ['NSE_MONTHLY', '2025-01-30', 25],
    ['NSE_MONTHLY', '2025-02-27', 75],
    ['BANKNIFTY_MONTHLY', '2024-12-24', 15],
    ['BANKNIFTY_MONTHLY', '2025-01-30', 15],
    ['BANKNIFTY_MONTHLY', '2025-02-27', 30],
    ['BSE', '2025-01-03', 10],
    ['BSE', '2025-01-07', 20],
    ['BSE', '2025-01-28', 10],
    ['BSE', '2025-02-04', 20],
    ['NSE', '2025-12-30', 75],
    ['NSE', '2026-01-06', 65],
    ['NSE_MONTHLY', '2025-12-30', 75],
    ['NSE_MONTHLY', '2026-01-27', 65],
    ['BANKNIFTY_MONTHLY', '2025-06-26', 30],
    ['BANKNIFTY_MONTHLY', '2025-09-30', 35],
    ['BANKNIFTY_MONTHLY', '2026-07-28', 30],
    ['BSE', '2026-07-16', 20],
    ['BSE', '2026-12-31', 20],
    ['BSE', '2027-01-07', 25],
    ['NSE', '2027-01-05', 65],
    ['BANKNIFTY_MONTHLY', '2027-02-23', 30],
  ] as const)('lot of the %s contract of %s is %d', (exchange, expiry, units) => {
    expect(lotSizeFor(expiry, rules[exchange])).toBe(units);
  });

  it('are an error before the first entry and after the last date that is known', () => {
    expect(() => lotSizeFor('2023-12-28', rules.NSE)).toThrow(NotFound);
    expect(() => strikeStepOn('2023-12-28', rules.NSE)).toThrow(
      /expected a strike_step of NSE for 2023-12-28, was none before 2024-01-01/,
    );
    expect(() => lotSizeFor('2028-01-04', rules.NSE)).toThrow(
      /expected a lot_size of NSE for 2028-01-04, was none after 2027-12-31/,
    );
  });

  it('an expiry in a year without list of holidays is an error: its day may be moved', () => {
    expect(() => nearestExpiry('2026-12-30', rules.NSE)).toThrow(/was 2027-01-05; the list .* of 2027/);
    // The last Tuesday of January 2027 is Republic Day: it is the Monday before that is not known to trade.
    expect(() => nearestExpiry('2026-12-30', rules.NSE_MONTHLY)).toThrow(
      /was 2027-01-25; the list .* of 2027/,
    );
  });

  it('weekly options of BANKNIFTY ended on 2024-11-13, those of NIFTY and SENSEX did not', () => {
    expect(hasWeeklySeries('2024-11-13', rules.BANKNIFTY_MONTHLY)).toBe(true);
    expect(hasWeeklySeries('2024-11-14', rules.BANKNIFTY_MONTHLY)).toBe(false);
    for (const name of ['NSE', 'NSE_MONTHLY', 'BSE'] as const) {
      expect(hasWeeklySeries('2026-08-03', rules[name])).toBe(true);
    }
  });
});

describe('nearest expiry', () => {
  it.each([
    ['NSE', '2024-04-09', '2024-04-10', 'Id moves Thursday to Wednesday'],
    ['BSE', '2024-01-22', '2024-01-25', 'SENSEX on Friday in 2024, Republic Day moves it'],
    ['BSE', '2024-10-28', '2024-10-31', 'nothing expires on the holiday of Muhurat trading'],
    ['BSE', '2024-12-30', '2025-01-03', 'the last Friday'],
    ['BSE', '2025-01-04', '2025-01-07', 'the first Tuesday'],
    ['BSE', '2026-01-12', '2026-01-14', 'the election moves it (NSE and BSE circulars of 2026-01-12)'],
    ['BANKNIFTY_MONTHLY', '2024-01-02', '2024-01-25', 'the last Thursday until February 2024'],
    ['BANKNIFTY_MONTHLY', '2024-02-05', '2024-02-29', 'the last Thursday until February 2024'],
    ['BANKNIFTY_MONTHLY', '2024-03-01', '2024-03-27', 'the last Wednesday since'],
    ['BANKNIFTY_MONTHLY', '2024-12-02', '2024-12-24', 'Christmas moves it to Tuesday'],
    ['BANKNIFTY_MONTHLY', '2025-01-02', '2025-01-30', 'the last Thursday again'],
    ['NSE', '2025-10-17', '2025-10-20', 'Muhurat trading is held on a holiday'],
    ['NSE', '2025-10-21', '2025-10-28', 'and the contract is gone by then'],
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
      const longest = exchange.expiry_day[0]!.cadence === 'weekly' ? 9 : 37;
      for (const day of tradingDays('2024-01-01', '2026-10-30', exchange)) {
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
