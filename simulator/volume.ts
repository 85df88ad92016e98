import type { Exchange } from '../shared/domain/market/snapshot.ts';
import type { RandomStream } from './random.ts';

/** How busy a chain is. */
interface Activity {
  /** Lots a minute at the money on an ordinary day. */
  readonly lotsPerMinute: number;
  /** Lots open at the busiest strike. */
  readonly peakLots: number;
  /** Factor on the bid-ask spread. */
  readonly spreadFactor: number;
}

export const ACTIVITY: Readonly<Record<Exchange, Activity>> = {
  NSE: { lotsPerMinute: 2500, peakLots: 60_000, spreadFactor: 1 },
  BSE: { lotsPerMinute: 2500, peakLots: 45_000, spreadFactor: 1.2 },
  NSE_MONTHLY: { lotsPerMinute: 250, peakLots: 25_000, spreadFactor: 1.5 },
  BANKNIFTY_MONTHLY: { lotsPerMinute: 300, peakLots: 18_000, spreadFactor: 1.5 },
};

const EXPIRY_DAY_FACTOR = 4;
const WIDTH_STRIKES = 7;

/** Factor on volume by time of day: busy at the open and before the close, busier still on the day of expiry. */
export function sessionActivity(shareDone: number, expiryDay: boolean, volatility: number): number {
  const timeOfDay = 0.7 + 1.2 * Math.exp(-shareDone / 0.06) + 0.8 * shareDone ** 4;
  return timeOfDay * volatility * (expiryDay ? EXPIRY_DAY_FACTOR : 1);
}

/** Whole lots traded in one minute `distance` strikes away from the money; far strikes often trade none. */
export function minuteLots(atTheMoney: number, distance: number, random: RandomStream): number {
  const expected =
    atTheMoney * Math.exp(-((distance / WIDTH_STRIKES) ** 2)) * Math.exp(0.5 * random.normal());
  return Math.floor(expected + random.uniform());
}
