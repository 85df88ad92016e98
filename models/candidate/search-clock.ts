import { mayStart } from '../../shared/domain/training/search/time-budget.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';

/** One round of halving, in time. */
export interface RungClock {
  /** Whether another configuration may be judged after `judged` of them. */
  mayStart(judged: number): boolean;
}

export interface SearchClock {
  /**
   * @param share - of all rounds
   * @param laterShares - of each later rung
   */
  openRung(share: number, laterShares: readonly number[]): RungClock;
  /** Seconds since it was opened; null without a clock. */
  seconds(): number | null;
}

/**
 * The budget of a search, opened when a first configuration has been judged with all rounds. Numbers of an earlier
 * search (`searchJudged`) take the place of the clock: the search then does what that one did, however long it takes.
 *
 * @param fits - fits that one configuration needs
 * @param startMs - when the search began, by the parts' clock
 */
export function openSearchClock(
  fits: number,
  startMs: number,
  { searchBudgetMs, searchJudged }: Pick<CandidateOptions, 'searchBudgetMs' | 'searchJudged'>,
  nowMs: TrainingParts['nowMs'],
): SearchClock {
  const now = nowMs ?? (() => 0);
  const wholeMs = now() - startMs;
  let rungs = 0;
  return {
    openRung(share, laterShares) {
      rungs += 1;
      const wanted = searchJudged?.[rungs];
      const rungMs = now();
      const laterRounds = laterShares.map((later) => later / share);
      return {
        mayStart(judged) {
          if (wanted !== undefined) return judged < wanted;
          const atMs = now();
          const oneMs = judged === 0 ? share * wholeMs : (atMs - rungMs) / judged;
          const pace = { elapsedMs: atMs - startMs, budgetMs: searchBudgetMs, oneMs, wholeMs };
          return mayStart({ ...pace, fits, laterRounds });
        },
      };
    },
    seconds: () => (nowMs === undefined ? null : (now() - startMs) / 1000),
  };
}
