import { type BettingCapital, eValue, OPENING_CAPITAL, playBet } from './betting-capital.ts';
import { bettingLowerBound, isBelow } from './betting-lower-bound.ts';

/** What values, looked at after each one, say about their expectation. */
export interface MeanTest {
  /** E-value against "never above 0 on average", after the last value; 1 without values. */
  readonly above: number;
  /** Likewise against "never below 0". */
  readonly below: number;
  /** Index of the value after which `above` first reached 1/alpha; null when it never did. */
  readonly decidedAbove: number | null;
  readonly decidedBelow: number | null;
  /** The tightest lower and upper bound of any look: a confidence sequence, each side wrong with at most alpha. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Anytime-valid test of the expectation of values (-1 to 1) against 0, both ways, each at level alpha; one may look after
 * every value and stop whenever one likes. The interval excludes 0 exactly from the look on that decided. Throws
 * RangeError for a value outside -1 to 1, or NaN.
 * Example: nine times 1 at alpha 0.05 decide `above` at the eighth, index 7; after the ninth it is 40.88....
 */
export function bettingMeanTest(values: readonly number[], alpha: number): MeanTest {
  const above = oneSided(values, alpha);
  const below = oneSided(
    values.map((value) => -value),
    alpha,
  );
  return {
    above: eValue(above.capital),
    below: eValue(below.capital),
    decidedAbove: above.decided,
    decidedBelow: below.decided,
    lower: above.bound,
    upper: -below.bound,
  };
}

interface OneSided {
  readonly capital: BettingCapital;
  readonly decided: number | null;
  readonly bound: number;
}

function oneSided(values: readonly number[], alpha: number): OneSided {
  let capital = OPENING_CAPITAL;
  let decided: number | null = null;
  let bound = -1;
  values.forEach((value, at) => {
    capital = playBet(capital, value);
    if (decided === null && eValue(capital) >= 1 / alpha) decided = at;
    const seen = values.slice(0, at + 1);
    if (bound === -1 || isBelow(bound, seen, alpha)) bound = Math.max(bound, bettingLowerBound(seen, alpha));
  });
  return { capital, decided, bound };
}
