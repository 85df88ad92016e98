import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import {
  firstUnknownDay,
  isBusinessDay,
  isTradingDay,
  previousTradingDay,
  sessionOf,
  tradingDays,
  unknownSession,
} from '../../../../shared/domain/market/calendar.ts';
import { addDays, utcIso, weekdayOf } from '../../../../shared/domain/market/indian-time.ts';
import { NotFound } from '../../../../shared/errors.ts';

const { NSE, BSE } = exchangesRules();

describe('trading days', () => {
  it.each([
    ['2024-01-20', true, 'a Saturday in place of a Monday'],
    ['2024-01-22', false, 'that Monday'],
    ['2024-05-18', true, 'a Saturday in two parts'],
    ['2024-05-20', false, 'the general elections'],
    ['2024-11-01', true, 'Muhurat trading'],
    ['2024-11-20', false, 'the assembly elections'],
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

  it('are 249 in 2024: 262 weekdays, less 17 holidays, three Saturdays and Muhurat trading more', () => {
    expect(tradingDays('2024-01-01', '2024-12-31', NSE)).toHaveLength(249);
    expect(tradingDays('2024-01-01', '2024-12-31', BSE)).toEqual(
      tradingDays('2024-01-01', '2024-12-31', NSE),
    );
  });

  it('are business days unless they are holidays: Muhurat trading is held on one', () => {
    const days = tradingDays('2024-01-01', '2026-10-31', NSE);
    expect(days.filter((day) => !isBusinessDay(day, NSE))).toEqual(['2024-11-01', '2025-10-21']);
    expect(isBusinessDay('2026-02-01', NSE)).toBe(true);
    expect(isBusinessDay('2025-12-06', NSE)).toBe(false);
  });

  it('are the days between 2025-07-23 and 2026-08-04 on which the index printed', () => {
    expect(tradingDays('2025-07-23', '2026-08-04', NSE)).toHaveLength(255);
  });

  it('follow each other over weekends and holidays', () => {
    expect(previousTradingDay('2025-12-26', NSE)).toBe('2025-12-24');
    expect(previousTradingDay('2025-12-08', NSE)).toBe('2025-12-05');
    const days = tradingDays('2025-03-01', '2025-04-30', NSE);
    for (const [at, day] of days.entries()) {
      if (at > 0) expect(previousTradingDay(day, NSE)).toBe(days[at - 1]);
      expect(weekdayOf(day)).toBeLessThan(6);
    }
  });

  it.each(['2023-12-31', '2027-01-01', '2028-01-01', '1999-01-01', 'not a date'])(
    '%s is an error, not a guess',
    (date) => {
      expect(() => isTradingDay(date, NSE)).toThrow(NotFound);
      expect(() => sessionOf(date, NSE)).toThrow(/config\/exchanges\.json/);
    },
  );

  it.each([
    ['2026-12-01', 30, null],
    ['2026-12-02', 30, '2027-01-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-11-07', 30, '2026-11-08'],
    ['2026-11-08', 30, null],
    ['2027-02-01', 1, '2027-02-02'],
  ])('after %s within %i days the first unknown one is %s', (date, ahead, expected) => {
    expect(firstUnknownDay(date, ahead, NSE)).toBe(expected);
  });

  it.each([
    ['2027-01-26', 'Republic Day'],
    ['2027-03-26', 'Good Friday'],
    ['2027-10-02', 'a Saturday'],
    ['2027-08-15', 'a Sunday'],
  ])('%s is closed before the list of its year is issued: %s', (date) => {
    expect(isTradingDay(date, NSE)).toBe(false);
    expect(sessionOf(date, BSE)).toBeNull();
    expect(unknownSession(date, NSE)).toBeNull();
  });

  it.each([
    [NSE, /was 2027-04-14; .* of 2027 .* markets\.NSE\.holidays .*config\/exchanges\.json .*nseindia\.com/],
    [BSE, /was 2027-04-14; .* of 2027 .* markets\.BSE\.holidays .*config\/exchanges\.json .*bseindia\.com/],
  ])('a weekday of a year without list is an error that names date, place and circular', (rules, message) => {
    expect(() => sessionOf('2027-04-14', rules)).toThrow(message);
  });

  it('every weekday of 2027 but the two entered ones is unknown, and no weekend', () => {
    const days = Array.from({ length: 365 }, (_, at) => addDays('2027-01-01', at));
    const unknown = days.filter((day) => unknownSession(day, NSE) !== null);
    expect(unknown).toEqual(
      days.filter((day) => weekdayOf(day) <= 5 && !['2027-01-26', '2027-03-26'].includes(day)),
    );
  });

  it('a day that trades at hours nobody stated is a trading day without a known session', () => {
    expect(isTradingDay('2026-11-08', NSE)).toBe(true);
    expect(previousTradingDay('2026-11-09', NSE)).toBe('2026-11-08');
    expect(() => sessionOf('2026-11-08', NSE)).toThrow(/Muhurat.*special_sessions with its hours/);
    expect(() => isBusinessDay('2026-11-08', NSE)).toThrow(NotFound);
  });

  it('a day of which not even that is known is an error', () => {
    const undetermined = new Map([['2026-11-08', { reason: 'nothing was said' }]]);
    const rules = { ...NSE, market: { ...NSE.market, undetermined } };
    expect(() => isTradingDay('2026-11-08', rules)).toThrow(/nothing was said/);
    expect(() => previousTradingDay('2026-11-09', rules)).toThrow(NotFound);
  });
});

describe('sessions', () => {
  it('run from 09:15 to 15:30, to 15:40 since 2026-08-03 by order of the regulator', () => {
    const hours = (date: string, rules = NSE) => {
      const session = sessionOf(date, rules)!;
      return [session.openMinute, session.closeMinute];
    };
    expect(hours('2025-12-04')).toEqual([555, 930]);
    expect(hours('2026-07-31')).toEqual([555, 930]);
    expect(hours('2026-08-03')).toEqual([555, 940]);
    expect(hours('2026-07-31', BSE)).toEqual([555, 930]);
    expect(hours('2026-08-03', BSE)).toEqual([555, 940]);
    expect(hours('2025-10-21')).toEqual([825, 885]);
    expect(hours('2024-11-01')).toEqual([1080, 1140]);
    expect(hours('2024-01-20')).toEqual([555, 930]);
  });

  it('are moments in UTC, and null on a day without trading', () => {
    const session = sessionOf('2025-12-04', NSE)!;
    expect([utcIso(session.openMs), utcIso(session.closeMs)]).toEqual([
      '2025-12-04T03:45:00.000Z',
      '2025-12-04T10:00:00.000Z',
    ]);
    expect(sessionOf('2025-12-25', NSE)).toBeNull();
  });

  it('know the pause of a day in two parts', () => {
    for (const date of ['2024-03-02', '2024-05-18']) {
      expect(sessionOf(date, BSE)).toMatchObject({
        closeMinute: 750,
        pause: { fromMinute: 600, toMinute: 690 },
      });
    }
    expect(sessionOf('2024-03-01', NSE)).not.toHaveProperty('pause');
  });
});
