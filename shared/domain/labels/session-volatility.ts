import { quantile } from '../../stats/quantile.ts';
import { MINUTE_MS } from '../market/indian-time.ts';
import type { SessionMinutes } from './session-minutes.ts';

/** Minutes that a volatility looks back. */
export const LOOK_BACK_MINUTES = 60;
/** Fewer returns than this in the look-back are no estimate, */
export const LEAST_RETURNS = 15;
/** nor are returns that cover less of it. */
export const LEAST_COVERED_MINUTES = 30;
/** Rows further apart have a gap between them. */
export const MOST_MINUTES_APART = 2;
/** A price that has stood still for longer is not the price of the moment it moves from. */
export const MOST_MINUTES_STILL = 5;

/** The median size of a standard normal. */
const MEDIAN_SIZE = 0.6744897501960817;
/** Returns larger than so many robust deviations count as so many. */
const CAP = 3;
/** Mean square of a standard normal that is capped there. */
const CAPPED_SQUARE = 0.9950072780344537;
const LEAST_ELAPSED_MINUTES = 0.5;

/**
 * Per row the deviation of one-minute log returns over the last 60 minutes of the session, robust to jumps and bad
 * prices: the root mean square of returns capped at three times their scaled median size (a winsorised deviation).
 * A return runs from one new price to the next and is scaled to a minute by the time between them, because a recorded
 * spot may be refreshed only every few minutes; none runs over a gap (more than two minutes between rows) or a
 * price that stood still for more than five minutes. NaN with fewer than 15 returns or 30 minutes of returns.
 */
export function sessionVolatility(session: SessionMinutes): Float64Array {
  const returns = refreshedReturns(session);
  const { minutes, spotLastMinutes } = session;
  return minutes.map((minute, row) => {
    const sizes: number[] = [];
    let covered = 0;
    for (let at = row; at >= 0 && minutes[at]! > minute - LOOK_BACK_MINUTES; at -= 1) {
      if (spotLastMinutes[at] !== spotLastMinutes[row]) break;
      const { size, elapsedMinutes } = returns[at]!;
      if (elapsedMinutes === 0) continue;
      sizes.push(size);
      covered += elapsedMinutes;
    }
    const isKnown = sizes.length >= LEAST_RETURNS && covered >= LEAST_COVERED_MINUTES;
    return isKnown ? winsorisedDeviation(Float64Array.from(sizes)) : Number.NaN;
  });
}

/** The return that ends at a row with a new price. */
interface RefreshedReturn {
  /** Size of the log return, scaled to one minute. */
  readonly size: number;
  /** 0 where no return ends. */
  readonly elapsedMinutes: number;
}

const NO_RETURN: RefreshedReturn = { size: 0, elapsedMinutes: 0 };

function refreshedReturns({
  timestampsMs,
  minutes,
  prices,
  spotLastMinutes,
}: SessionMinutes): RefreshedReturn[] {
  let from = 0;
  return Array.from(prices, (price, row) => {
    const isApart = row === 0 || minutes[row]! - minutes[row - 1]! > MOST_MINUTES_APART;
    if (isApart || spotLastMinutes[row] !== spotLastMinutes[row - 1]) {
      from = row;
      return NO_RETURN;
    }
    if (price === prices[from]) return NO_RETURN;
    const elapsedMinutes = (timestampsMs[row]! - timestampsMs[from]!) / MINUTE_MS;
    const moved = Math.abs(Math.log(price / prices[from]!));
    from = row;
    if (elapsedMinutes > MOST_MINUTES_STILL) return NO_RETURN;
    return { size: moved / Math.sqrt(Math.max(elapsedMinutes, LEAST_ELAPSED_MINUTES)), elapsedMinutes };
  });
}

/** Of the sizes of returns with mean 0, in any order, at least one. */
function winsorisedDeviation(sizes: Float64Array): number {
  sizes.sort();
  const most = (CAP * quantile(sizes, 0.5)) / MEDIAN_SIZE;
  let sum = 0;
  for (const size of sizes) sum += Math.min(size, most) ** 2;
  return Math.sqrt(sum / sizes.length / CAPPED_SQUARE);
}
