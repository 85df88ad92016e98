import { type SessionMinutes, sessionMinutes } from '../../shared/domain/labels/session-minutes.ts';
import { istMs } from '../../shared/domain/market/indian-time.ts';
import { LABEL_DATE, nseRules, OPEN_MINUTE } from './label-day.ts';
import { randomOf } from './session.ts';

/** Prices one a minute from the open; null for a minute without a row. */
export function minutesOf(prices: readonly (number | null)[], firstMinute = OPEN_MINUTE): SessionMinutes {
  const rows = prices.flatMap((price, minute) =>
    price === null ? [] : [{ timestampMs: istMs(LABEL_DATE, firstMinute + minute), underlyingPrice: price }],
  );
  return sessionMinutes(rows, nseRules());
}

/** A random walk whose one-minute log returns are normal with the given deviation. */
export function gaussianWalk(length: number, sigma: number, seed = 1): number[] {
  const random = randomOf(seed);
  let log = Math.log(26_000);
  return Array.from({ length }, () => {
    log += sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(log);
  });
}
