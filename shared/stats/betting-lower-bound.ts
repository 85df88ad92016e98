import { eValue, OPENING_CAPITAL, playBet } from './betting-capital.ts';

/** Halvings of the interval: to about 1e-12. */
const STEPS = 41;

/**
 * The largest mean (-1 to 1) that the values so far (-1 to 1) speak against at level alpha: the bets of
 * betting-capital.ts on "above this mean" have reached 1/alpha. -1 when they speak against none, as without values.
 * Over all looks it is above the values' expectation with a chance of at most alpha.
 * Example: of nine times 1 at alpha 0.05 it is 0.10854...
 */
export function bettingLowerBound(values: readonly number[], alpha: number): number {
  let [low, high] = [-1, 1];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (isBelow(middle, values, alpha)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Whether the values so far speak against a mean (above -1, at most 1) at level alpha. It falls with the mean: what lies
 * below an excluded mean is excluded, too.
 */
export function isBelow(mean: number, values: readonly number[], alpha: number): boolean {
  // The lowest possible value loses the whole stake, whatever the mean.
  const scaled = values.map((value) => (value - mean) / (1 + mean));
  return eValue(scaled.reduce(playBet, OPENING_CAPITAL)) >= 1 / alpha;
}
