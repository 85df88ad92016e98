import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import {
  isInSession,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  sessionOf,
  tradingDays,
} from '../../../../shared/domain/market/calendar.ts';
import { istMs, utcIso, weekdayOf } from '../../../../shared/domain/market/indian-time.ts';
import { NotFound } from '../../../../shared/errors.ts';

const { NSE, BSE } = exchangesRules();

describe('trading days', () => {
  it.each([
    ['2025-12-04', true, 'a Thursday'],
    ['2025-12-06', false, 'a Saturday'],
    ['2025-12-25', false, 'Christmas'],
    ['2026-02-01', true, 'the Sunday of the Union Budget'],
    ['2025-10-21', true, 'Muhurat trading'],
    ['2026-01-15', false, 'the Maharashtra election'],
    ['2026-01-01', true, 'New Year is not a holiday'],
  ])('%s: %s, %s', (date, expected) => {
    expect(isTradingDay(date, NSE)).toBe(expected);
    expect(isTradingDay(date, BSE)).toBe(expected);
  });

  it('are 249 in 2025: 261 weekdays, less 14 holidays, two special sessions more', () => {
    expect(tradingDays('2025-01-01', '2025-12-31', NSE)).toHaveLength(249);
  });

  it('are the days between 2025-07-23 and 2026-08-04 on which the index printed', () => {
    expect(tradingDays('2025-07-23', '2026-08-04', NSE)).toHaveLength(255);
  });

  it('follow each other over weekends and holidays', () => {
    expect(nextTradingDay('2025-12-24', NSE)).toBe('2025-12-26');
    expect(nextTradingDay('2025-12-05', NSE)).toBe('2025-12-08');
    expect(previousTradingDay('2025-12-26', NSE)).toBe('2025-12-24');
    for (const day of tradingDays('2025-03-01', '2025-04-30', NSE)) {
      expect(previousTradingDay(nextTradingDay(day, NSE), NSE)).toBe(day);
      expect(weekdayOf(day)).toBeLessThan(6);
    }
  });

  it.each(['2024-12-31', '2027-01-01', '1999-01-01', 'not a date'])('%s is an error, not a guess', (date) => {
    expect(() => isTradingDay(date, NSE)).toThrow(NotFound);
    expect(() => sessionOf(date, NSE)).toThrow(/config\/exchanges\.json/);
  });

  it('a day whose hours nobody stated is an error that says why', () => {
    expect(() => isTradingDay('2026-11-08', NSE)).toThrow(/Muhurat/);
  });
});

describe('sessions', () => {
  it('run from 09:15 to 15:30, for NSE derivatives to 15:40 since 2026-08-03', () => {
    const hours = (date: string, rules = NSE) => {
      const session = sessionOf(date, rules)!;
      return [session.openMinute, session.closeMinute];
    };
    expect(hours('2025-12-04')).toEqual([555, 930]);
    expect(hours('2026-07-31')).toEqual([555, 930]);
    expect(hours('2026-08-03')).toEqual([555, 940]);
    expect(hours('2026-08-03', BSE)).toEqual([555, 930]);
    expect(hours('2025-10-21')).toEqual([825, 885]);
  });

  it('are moments in UTC, and null on a day without trading', () => {
    const session = sessionOf('2025-12-04', NSE)!;
    expect([utcIso(session.openMs), utcIso(session.closeMs)]).toEqual([
      '2025-12-04T03:45:00.000Z',
      '2025-12-04T10:00:00.000Z',
    ]);
    expect(sessionOf('2025-12-25', NSE)).toBeNull();
  });

  it('include both ends', () => {
    const at = (minute: number, ms = 0) => isInSession(istMs('2025-12-04', minute) + ms, NSE);
    expect([at(555), at(555, -1), at(930), at(930, 1), at(700)]).toEqual([true, false, true, false, true]);
    expect(isInSession(istMs('2025-12-06', 700), NSE)).toBe(false);
  });
});
