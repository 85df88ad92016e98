import { istMs } from './indian-time.ts';

export type Moneyness = 'ITM' | 'ATM' | 'OTM';

/**
 * Where a leg stands against the chain's at-the-money strike: a call below it and a put above it are in the money.
 * Example: `moneyness(26000, 'CE', 26050)` is `ITM`.
 */
export function moneyness(strike: number, optionType: 'CE' | 'PE', atmStrike: number): Moneyness {
  if (strike === atmStrike) return 'ATM';
  return strike < atmStrike === (optionType === 'CE') ? 'ITM' : 'OTM';
}

/** Minute of the day at which index options expire: settlement is made on the close of the underlying, 15:30 IST. */
export const EXPIRY_MINUTE = 930;

/** The moment a contract expires: 15:30 IST on its expiry date (epoch milliseconds). */
export function expiryMs(expiry: string): number {
  return istMs(expiry, EXPIRY_MINUTE);
}

/**
 * Calendar seconds from a moment to expiry, nights and weekends included; 0 once expired.
 * Example: 14:30 IST on the expiry day is 3600.
 */
export function timeToExpirySeconds(timestampMs: number, expiry: string): number {
  return Math.max(0, (expiryMs(expiry) - timestampMs) / 1000);
}
