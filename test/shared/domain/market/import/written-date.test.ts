import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writtenDate, writtenTime } from '../../../../../shared/domain/market/import/written-date.ts';
import { RejectedInput } from '../../../../../shared/errors.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

describe('dates as the exchanges write them', () => {
  test.each([
    ['13-Aug-2020', '2020-08-13'],
    ['16 Jul 2026', '2026-07-16'],
    ['14-07-2026', '2026-07-14'],
    ['29-Feb-2024', '2024-02-29'],
  ])('%s is %s', (text, date) => expect(writtenDate('expiry', text)).toBe(date));

  test('every day of forty years reads back, in both spellings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_957, max: 25_567 }), (day) => {
        const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
        const [year, month, of] = date.split('-');
        expect(writtenDate('expiry', `${of}-${month}-${year}`)).toBe(date);
        expect(writtenDate('expiry', `${of}-${MONTHS[Number(month) - 1]}-${year}`)).toBe(date);
      }),
    );
  });

  test.each([
    '',
    '31-Feb-2026',
    '14-13-2026',
    '1-Jul-2026',
    '2026-07-14',
    '14-Juy-2026',
    '14-ugS-2026',
    '14-anF-2026',
  ])('refuses %j and names the field', (text) => {
    expect(() => writtenDate('expiryDate', text)).toThrow(RejectedInput);
    expect(() => writtenDate('expiryDate', text)).toThrow(/^expiryDate: expected a date like .*, was /);
  });
});

describe('times as the exchanges write them', () => {
  test('with seconds, and to the minute', () => {
    expect(writtenTime('timestamp', '07-Aug-2020 15:30:05')).toBe('2020-08-07 15:30:05');
    expect(writtenTime('DT_TM', '10 Jul 2026 | 19:15 ')).toBe('2026-07-10 19:15:00');
  });

  test.each(['10 Jul 2026', '10-Jul-2026 25:00:00', '10-Jul-2026 15:61'])('refuses %j', (text) => {
    expect(() => writtenTime('timestamp', text)).toThrow(/^timestamp: expected a time like /);
  });
});
