import { describe, expect, test } from 'vitest';
import { chooseExpiries, ExpiryListing } from '../../../../../shared/domain/market/import/expiry-plan.ts';

describe('chooseExpiries', () => {
  test('the nearest on or after the day, and the nearest last of a month', () => {
    const listed = ['2026-07-14', '2026-07-21', '2026-07-28', '2026-08-04'];
    expect(chooseExpiries('2026-07-14', listed)).toEqual({ nearest: '2026-07-14', monthly: '2026-07-28' });
    expect(chooseExpiries('2026-07-15', listed)).toEqual({ nearest: '2026-07-21', monthly: '2026-07-28' });
  });

  test('one expiry may be both', () => {
    const listed = ['2026-07-28', '2026-08-04', '2026-08-25'];
    expect(chooseExpiries('2026-07-27', listed)).toEqual({ nearest: '2026-07-28', monthly: '2026-07-28' });
  });

  test('an expiry that merely ends the list is not the last of its month', () => {
    expect(chooseExpiries('2025-08-29', ['2025-09-02', '2025-09-09', '2025-09-16'])).toEqual({
      nearest: '2025-09-02',
      monthly: undefined,
    });
  });

  test('a later one in the month that is listed rules an earlier one out', () => {
    expect(chooseExpiries('2026-04-20', ['2026-04-28', '2026-04-29']).monthly).toBe('2026-04-29');
  });

  test('an expiry moved forward for a holiday is still the last of its month', () => {
    // The last Tuesday is 25 March 2031; expiring on Monday the 24th, a week later is still March.
    const listed = ['2031-03-11', '2031-03-18', '2031-03-24', '2031-04-01'];
    expect(chooseExpiries('2031-03-20', listed).monthly).toBe('2031-03-24');
  });

  test('a rule that changes weekday between months does not hide the last one', () => {
    const listed = ['2025-08-28', '2025-09-02', '2025-09-09', '2025-09-16'];
    expect(chooseExpiries('2025-08-25', listed).monthly).toBe('2025-08-28');
  });

  test('expired and absent expiries choose nothing', () => {
    expect(chooseExpiries('2026-08-05', ['2026-07-28'])).toEqual({ nearest: undefined, monthly: undefined });
    expect(chooseExpiries('2026-08-05', [])).toEqual({ nearest: undefined, monthly: undefined });
  });
});

describe('ExpiryListing', () => {
  test('looks at a day as a whole, each symbol and day for itself', () => {
    const listing = new ExpiryListing();
    listing.add({ timestamp: '2026-07-14 09:15:00', symbol: 'SENSEX', expiry: '2026-07-23' });
    expect(listing.choose({ timestamp: '2026-07-14 09:15:00', symbol: 'SENSEX' }).nearest).toBe('2026-07-23');
    listing.add({ timestamp: '2026-07-14 09:16:00', symbol: 'SENSEX', expiry: '2026-07-16' });
    listing.add({ timestamp: '2026-07-15 09:15:00', symbol: 'SENSEX', expiry: '2026-07-30' });
    listing.add({ timestamp: '2026-07-14 09:15:00', symbol: 'NIFTY', expiry: '2026-07-21' });
    expect(listing.choose({ timestamp: '2026-07-14 15:00:00', symbol: 'SENSEX' }).nearest).toBe('2026-07-16');
    expect(listing.choose({ timestamp: '2026-07-15 15:00:00', symbol: 'SENSEX' }).nearest).toBe('2026-07-30');
    expect(listing.choose({ timestamp: '2026-07-14 15:00:00', symbol: 'NIFTY' }).nearest).toBe('2026-07-21');
    expect(listing.choose({ timestamp: '2026-07-16 15:00:00', symbol: 'NIFTY' }).nearest).toBeUndefined();
  });
});
