/** Per row: the return over the horizon (fraction) and its sign; null where it is not known within the session. */
export interface ForwardReturns {
  readonly returns: (number | null)[];
  readonly directions: (-1 | 0 | 1 | null)[];
}

/**
 * The return from each row's price to that of the row ahead (`rowsAhead`; -1 gives null).
 * Example: 100 at 10:00 and 101 at 10:03 give 0.01 for 3 minutes.
 */
export function forwardReturns(prices: Float64Array, ahead: Int32Array): ForwardReturns {
  const returns = Array.from(ahead, (to, row) => (to < 0 ? null : prices[to]! / prices[row]! - 1));
  return {
    returns,
    directions: returns.map((value) => (value === null ? null : (Math.sign(value) as -1 | 0 | 1))),
  };
}
