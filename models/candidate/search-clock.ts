import { mayStart } from '../../shared/domain/training/search/time-budget.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';

/** One round of halving, in time. */
export interface RungClock {
  /** Whether another configuration may be judged after `judged` of them; the first one always may. */
  mayStart(judged: number): boolean;
}

export interface SearchClock {
  /** @param laterRounds - rounds of each later rung, as multiples of this one's */
  openRung(laterRounds: readonly number[]): RungClock;
  /** Seconds since it was opened; null without a clock. */
  seconds(): number | null;
}

/**
 * The budget of a search, from now on. Numbers of an earlier search (`searchJudged`) take the place of the clock: the
 * search then does what that one did, however long it takes.
 *
 * @param fits - fits that one configuration needs
 */
export function openSearchClock(
  fits: number,
  { searchBudgetMs, searchJudged }: Pick<CandidateOptions, 'searchBudgetMs' | 'searchJudged'>,
  { nowMs }: Pick<TrainingParts, 'nowMs'>,
): SearchClock {
  const now = nowMs ?? (() => 0);
  const startMs = now();
  let rungs = 0;
  return {
    openRung(laterRounds) {
      const wanted = searchJudged?.[rungs];
      rungs += 1;
      const rungMs = now();
      return {
        mayStart(judged) {
          if (judged === 0) return true;
          if (wanted !== undefined) return judged < wanted;
          const atMs = now();
          const elapsed = { elapsedMs: atMs - startMs, judgedMs: atMs - rungMs };
          return mayStart({ ...elapsed, budgetMs: searchBudgetMs, judged, fits, laterRounds });
        },
      };
    },
    seconds: () => (nowMs === undefined ? null : (now() - startMs) / 1000),
  };
}
