import { MINUTE_MS } from '../../market/indian-time.ts';

/** Minutes that are looked back on, and how many of them have to be covered by returns. */
const LOOK_BACK_MINUTES = 30;
const FEWEST_MINUTES = 10;
const BASIS_POINTS = 10_000;

/**
 * How far the underlying would move within the horizon if it went on as in the last 30 minutes of its session: the root
 * mean square of its log returns a minute, times the square root of the horizon, in basis points. Looks back only. NaN
 * where returns cover fewer than 10 of the minutes.
 *
 * @param prices - the underlying, one a row
 * @param timestampsMs - ascending
 * @param sessions - of each row, rows of one together
 */
export function recentMoves(
  prices: Float64Array,
  timestampsMs: Float64Array,
  sessions: readonly string[],
  horizonMinutes: number,
): Float64Array {
  const moves = new Float64Array(prices.length);
  // Of the rows after `first` up to the present one: squared returns, and the minutes they took.
  let [first, squares, minutes] = [0, 0, 0];
  for (let row = 0; row < prices.length; row += 1) {
    if (sessions[row] === sessions[row - 1]) {
      squares += squaredReturn(prices, row);
      minutes += minutesTo(timestampsMs, row);
    } else {
      [first, squares, minutes] = [row, 0, 0];
    }
    while (timestampsMs[row]! - timestampsMs[first]! > LOOK_BACK_MINUTES * MINUTE_MS) {
      first += 1;
      squares -= squaredReturn(prices, first);
      minutes -= minutesTo(timestampsMs, first);
    }
    // What is left of a difference of equal sums may be a breath below 0.
    moves[row] =
      minutes < FEWEST_MINUTES
        ? Number.NaN
        : BASIS_POINTS * Math.sqrt((Math.max(0, squares) / minutes) * horizonMinutes);
  }
  return moves;
}

function squaredReturn(prices: Float64Array, row: number): number {
  return Math.log(prices[row]! / prices[row - 1]!) ** 2;
}

function minutesTo(timestampsMs: Float64Array, row: number): number {
  return (timestampsMs[row]! - timestampsMs[row - 1]!) / MINUTE_MS;
}
