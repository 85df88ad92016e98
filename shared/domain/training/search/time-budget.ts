export interface Pace {
  readonly elapsedMs: number;
  readonly budgetMs: number;
  /** What a configuration of this rung takes, by those that were judged. */
  readonly oneMs: number;
  /** What a configuration with all rounds takes. */
  readonly wholeMs: number;
  /** Fits that one configuration needs. */
  readonly fits: number;
  /** Rounds of each later rung, as multiples of this one's. */
  readonly laterRounds: readonly number[];
}

/**
 * Whether one more configuration may start: with it, and with one configuration in each later rung, the budget would be
 * overshot by one fit at most. More rounds take longer in proportion, but never longer than all rounds did: fits stop
 * early.
 * @example after 8 s of 60 s one of 4 fits takes 4 s, later rungs have 3 and 9 times the rounds, and all rounds took
 * 20 s: as 8 + 4 + 12 + 20 is at most 60 + 1, one more may start
 */
export function mayStart({ elapsedMs, budgetMs, oneMs, wholeMs, fits, laterRounds }: Pace): boolean {
  const laterMs = laterRounds.reduce((sum, times) => sum + Math.min(times * oneMs, wholeMs), 0);
  return elapsedMs + oneMs + laterMs <= budgetMs + oneMs / fits;
}
