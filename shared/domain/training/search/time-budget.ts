/** What a rung of the search has taken so far. */
export interface Pace {
  readonly elapsedMs: number;
  readonly budgetMs: number;
  /** Configurations that this rung has judged, at least 1, and the time they took together. */
  readonly judged: number;
  readonly judgedMs: number;
  /** Fits that one configuration needs. */
  readonly fits: number;
  /** Rounds of each later rung, as multiples of this one's. */
  readonly laterRounds: readonly number[];
}

/**
 * Whether one more configuration may start: with it, and with one configuration in each later rung at this pace, the
 * budget would be overshot by one fit at most. A fit is taken to last as long as it has rounds, which is the most it
 * can: fits that stop early leave time for more in the later rungs.
 * @example two configurations of 4 fits took 8 s of 60 s, later rungs have 3 and 9 times the rounds: as 8 + 4 + 12 + 36
 * is at most 60 + 1, one more may start
 */
export function mayStart({ elapsedMs, budgetMs, judged, judgedMs, fits, laterRounds }: Pace): boolean {
  const oneMs = judgedMs / judged;
  const laterMs = laterRounds.reduce((sum, times) => sum + times * oneMs, 0);
  return elapsedMs + oneMs + laterMs <= budgetMs + oneMs / fits;
}
