import { describe, expect, it } from 'vitest';
import { istMs } from '../../../../shared/domain/market/indian-time.ts';
import { expiryMs, moneyness, timeToExpirySeconds } from '../../../../shared/domain/market/moneyness.ts';

describe('moneyness', () => {
  it.each([
    [26000, 'CE', 'ITM'],
    [26000, 'PE', 'OTM'],
    [26050, 'CE', 'ATM'],
    [26050, 'PE', 'ATM'],
    [26100, 'CE', 'OTM'],
    [26100, 'PE', 'ITM'],
  ] as const)('of the %d %s against 26050 is %s', (strike, optionType, expected) => {
    expect(moneyness(strike, optionType, 26050)).toBe(expected);
  });
});

describe('time to expiry', () => {
  it('ends at 15:30 Indian time on the expiry date', () => {
    expect(expiryMs('2025-12-09')).toBe(Date.parse('2025-12-09T10:00:00Z'));
    expect(timeToExpirySeconds(istMs('2025-12-09', 870), '2025-12-09')).toBe(3600);
  });

  it('counts nights and weekends, and is 0 once expired', () => {
    expect(timeToExpirySeconds(istMs('2025-12-05', 930), '2025-12-09')).toBe(4 * 86_400);
    expect(timeToExpirySeconds(istMs('2025-12-09', 931), '2025-12-09')).toBe(0);
  });
});
