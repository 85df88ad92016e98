import { MINUTE_MS, minuteStamp } from '../market/indian-time.ts';

/** A price of the underlying at a moment; one a minute, of one session, by rising time. */
export interface PricePoint {
  readonly timestampMs: number;
  readonly underlyingPrice: number;
}

/** Per row: the return over the horizon (fraction) and its sign; null where it is not known within the session. */
export interface ForwardReturns {
  readonly returns: (number | null)[];
  readonly directions: (-1 | 0 | 1 | null)[];
}

/**
 * The return from each row's minute to `horizonMinutes` later, by the clock and not by row number: null when that
 * minute is missing or lies after the session's close. Example: 100 at 10:00 and 101 at 10:03 give 0.01 for 3.
 */
export function forwardReturns(
  rows: readonly PricePoint[],
  horizonMinutes: number,
  closeMs = Number.POSITIVE_INFINITY,
): ForwardReturns {
  const priceAt = new Map(rows.map((row) => [minuteStamp(row.timestampMs), row.underlyingPrice]));
  const returns = rows.map((row) => {
    const ahead = minuteStamp(row.timestampMs) + horizonMinutes * MINUTE_MS;
    const price = ahead <= closeMs ? priceAt.get(ahead) : undefined;
    return price === undefined ? null : price / row.underlyingPrice - 1;
  });
  return {
    returns,
    directions: returns.map((value) => (value === null ? null : (Math.sign(value) as -1 | 0 | 1))),
  };
}
