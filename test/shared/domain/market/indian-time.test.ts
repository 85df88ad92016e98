import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  isSameDay,
  istMs,
  minuteOfDay,
  minuteStamp,
  minutesOfClock,
  msOfDay,
  sessionDate,
  utcIso,
  weekdayOf,
} from '../../../../shared/domain/market/indian-time.ts';

const anyMs = fc.integer({ min: Date.UTC(1965, 0, 1), max: Date.UTC(2060, 0, 1) });

describe('Indian time', () => {
  it('puts a moment before 18:30 UTC on the same date and one after on the next', () => {
    expect(sessionDate(Date.parse('2025-12-04T18:29:59Z'))).toBe('2025-12-04');
    expect(sessionDate(Date.parse('2025-12-04T18:30:00Z'))).toBe('2025-12-05');
  });

  it('knows two moments of one date', () => {
    expect(isSameDay(Date.parse('2025-12-03T18:30:00Z'), Date.parse('2025-12-04T18:29:59Z'))).toBe(true);
    expect(isSameDay(Date.parse('2025-12-04T18:29:59Z'), Date.parse('2025-12-04T18:30:00Z'))).toBe(false);
    fc.assert(fc.property(anyMs, anyMs, (a, b) => isSameDay(a, b) === (sessionDate(a) === sessionDate(b))));
  });

  it('counts minutes from Indian midnight and drops seconds', () => {
    expect(minuteOfDay(Date.parse('2025-12-04T09:15:59.999+05:30'))).toBe(555);
    expect(minuteOfDay(Date.parse('2025-12-04T00:00:00+05:30'))).toBe(0);
    expect(minuteOfDay(Date.parse('2025-12-04T23:59:59+05:30'))).toBe(1439);
  });

  it('agrees with the time zone database for any moment', () => {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'Asia/Kolkata',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    fc.assert(
      fc.property(anyMs, (ms) => {
        const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
        expect(sessionDate(ms)).toBe(`${part['year']}-${part['month']}-${part['day']}`);
        expect(minuteOfDay(ms)).toBe(Number(part['hour']) * 60 + Number(part['minute']));
      }),
    );
  });

  it('goes back from date and minute to the moment', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        expect(istMs(sessionDate(ms), minuteOfDay(ms))).toBe(minuteStamp(ms));
        expect(istMs(sessionDate(ms), 0) + msOfDay(ms)).toBe(ms);
      }),
    );
    expect(utcIso(istMs('2025-12-04', minutesOfClock('15:30')))).toBe('2025-12-04T10:00:00.000Z');
  });

  it('steps over month and year ends and leap days', () => {
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(weekdayOf('2025-12-04')).toBe(4);
    expect(weekdayOf('2026-02-01')).toBe(7);
  });
});
