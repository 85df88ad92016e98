import type { SessionMinutes } from './session-minutes.ts';

/** Minutes that a volatility looks back. */
export const LOOK_BACK_MINUTES = 60;
/** Fewer medians than this in the look-back are no estimate. */
export const LEAST_MEDIANS = 30;
/** Rows further apart have a gap between them. */
export const MOST_MINUTES_APART = 2;

/** E[med(|Z1|, |Z2|, |Z3|)^2] of standard normals is the inverse of this. */
const MEDIAN_TO_VARIANCE = Math.PI / (6 - 4 * Math.sqrt(3) + Math.PI);
const MINUTE_MS = 60_000;
const LEAST_ELAPSED_MINUTES = 0.5;

/**
 * Per row the deviation of one-minute log returns over the last 60 minutes of the session, robust to jumps and bad
 * prices: MedRV (Andersen, Dobrev and Schaumburg 2012), the mean squared median of three neighbouring returns, scaled.
 * A return lies between neighbouring rows at most two minutes apart and is scaled to one minute by the time
 * that passed. NaN with fewer than 30 medians, and where it is 0: a price that stands still has no volatility.
 */
export function sessionVolatility(session: SessionMinutes): Float64Array {
  const squares = medianSquares(oneMinuteReturns(session));
  const { minutes, lastMinutes } = session;
  return minutes.map((minute, row) => {
    let sum = 0;
    let count = 0;
    for (let at = row; at >= 0 && minutes[at]! > minute - LOOK_BACK_MINUTES; at -= 1) {
      if (lastMinutes[at] !== lastMinutes[row]) break;
      if (Number.isNaN(squares[at]!)) continue;
      sum += squares[at]!;
      count += 1;
    }
    if (count < LEAST_MEDIANS || sum === 0) return Number.NaN;
    return Math.sqrt((MEDIAN_TO_VARIANCE * sum) / count);
  });
}

/** The log return that ends at each row, scaled to a minute; NaN after a gap and at the start of trading. */
function oneMinuteReturns({ timestampsMs, minutes, prices, lastMinutes }: SessionMinutes): Float64Array {
  return prices.map((price, row) => {
    if (row === 0 || lastMinutes[row] !== lastMinutes[row - 1]) return Number.NaN;
    if (minutes[row]! - minutes[row - 1]! > MOST_MINUTES_APART) return Number.NaN;
    const elapsed = (timestampsMs[row]! - timestampsMs[row - 1]!) / MINUTE_MS;
    return Math.log(price / prices[row - 1]!) / Math.sqrt(Math.max(elapsed, LEAST_ELAPSED_MINUTES));
  });
}

/** The squared median size of each return and the two before it; NaN where one of the three is. */
function medianSquares(returns: Float64Array): Float64Array {
  return returns.map((value, row) => {
    if (row < 2) return Number.NaN;
    const [a, b, c] = [Math.abs(value), Math.abs(returns[row - 1]!), Math.abs(returns[row - 2]!)];
    const median = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    return median * median;
  });
}
