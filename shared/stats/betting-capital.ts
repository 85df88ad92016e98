import { logSumExp } from './log-sum-exp.ts';

/** Shares of a capital that are staked side by side, each with an equal part of it: small edges want small stakes. */
const STAKES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4] as const;

/** Logarithm of what each stake has made of 1. */
export type BettingCapital = readonly number[];

/** Before the first bet. */
export const OPENING_CAPITAL: BettingCapital = STAKES.map(() => 0);

/**
 * The capital after a bet that `value` (-1 or more) is above 0: each stake is multiplied by 1 + stake x value.
 * Throws RangeError for a value below -1, an infinite one, or NaN.
 */
export function playBet(capital: BettingCapital, value: number): BettingCapital {
  if (!(value >= -1 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`value: expected a number of -1 or more, was ${value}`);
  }
  return capital.map((log, at) => log + Math.log1p((STAKES[at] as number) * value));
}

/**
 * The mean capital of all stakes: an e-value against "the values' expectations, given those before, have at no time had
 * a mean above 0". When that holds, the chance that it ever reaches 1/alpha is at most alpha, looked at after each value
 * (Ville's inequality; betting as in Waudby-Smith and Ramdas 2023). The stakes are fixed beforehand, so that it also
 * holds when expectations change from value to value: with expectations m, the product of (1 + stake x value) /
 * (1 + stake x m) is a martingale, and the product of (1 + stake x m) is at most exp(stake x sum of m) <= 1.
 * Example: after 1 and -0.5 it is 1.079296875.
 */
export function eValue(capital: BettingCapital): number {
  return Math.exp(logSumExp(capital)) / capital.length;
}
