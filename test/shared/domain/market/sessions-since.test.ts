import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { sessionsSince } from '../../../../shared/domain/market/sessions-since.ts';

const { NSE } = exchangesRules();

describe('sessions since', () => {
  test.each([
    ['the same day', '2025-12-04', '2025-12-04', 0],
    ['the next day', '2025-12-04', '2025-12-05', 1],
    ['over a weekend', '2025-12-04', '2025-12-08', 2],
    ['over a holiday', '2025-12-24', '2025-12-26', 1],
    ['backwards', '2025-12-05', '2025-12-04', 0],
  ])('%s', (_, from, to, sessions) => expect(sessionsSince(from, to, NSE, 30)).toBe(sessions));
  test('stops at its limit, before days that nobody knows', () => {
    expect(sessionsSince('2025-12-04', '2099-01-01', NSE, 30)).toBe(30);
    expect(() => sessionsSince('2025-12-04', '2099-01-01', NSE, 3000)).toThrow(/expected a date/);
  });
});
