import { describe, expect, test } from 'vitest';
import { momentSchema } from '../../../../shared/domain/market/moment.ts';

const isMoment = (text: unknown) => momentSchema.safeParse(text).success;

describe('a moment', () => {
  test.each([
    '2025-12-04T12:35:00+05:30',
    '2025-12-04T07:05:00Z',
    '2025-12-04T12:35:00.12345678901234+05:30',
  ])('%s', (text) => expect(isMoment(text)).toBe(true));
  test.each(['1999-12-31T23:59:59Z', '2100-01-01T00:00:00Z', '2025-12-04T12:35:00', '2025-12-04', 7, null])(
    'is not %s',
    (text) => expect(isMoment(text)).toBe(false),
  );
  test('has no endless fraction: as a key no table would take it, and the log of audited records no entry', () => {
    const withDigits = (digits: number) => `2025-12-04T12:35:00.${'0'.repeat(digits)}Z`;
    expect([withDigits(19), withDigits(20), withDigits(70_000)].map(isMoment)).toEqual([true, false, false]);
  });
});
