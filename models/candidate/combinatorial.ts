import {
  backtestPaths,
  type CombinatorialFold,
  combinatorialBlocks,
  combinatorialFolds,
} from '../../shared/domain/training/combinatorial-folds.ts';
import {
  type CombinatorialSummary,
  summarisePaths,
} from '../../shared/domain/training/combinatorial-summary.ts';
import { embargoSessions } from '../../shared/domain/training/folds.ts';
import type { CandidateInput, CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { backtestPath } from './backtest-path.ts';
import { fitPrepared } from './fit-procedure.ts';
import type { Observations } from './observations.ts';
import type { DataPlan } from './plan.ts';
import { prepareFold } from './prepared-fold.ts';
import type { Judged } from './search.ts';
import { judgeSplit, type SplitScores } from './split-scores.ts';
import { isTrainable } from './walk-forward.ts';

/** A block of fewer would be one day's luck, and its embargo would leave too little to learn from. */
const FEWEST_SESSIONS_PER_BLOCK = 2;

/**
 * Judges the chosen configuration on combinatorial purged folds of the training sessions: further evidence beside the
 * walk-forward scores, which alone the calibration, the thresholds and the gate rest on.
 */
export async function judgeCombinatorially(
  input: CandidateInput,
  data: Observations,
  plan: DataPlan,
  best: Judged,
  options: CandidateOptions,
  parts: TrainingParts,
): Promise<CombinatorialSummary> {
  const shape = options.combinatorial;
  if (shape === null) return { left_out: 'combinatorial folds are switched off' };
  const sessions = data.sessions.slice(0, plan.trainingEnd);
  const count = new Set(sessions).size;
  const needed = shape.groups * FEWEST_SESSIONS_PER_BLOCK;
  if (count < needed) {
    const reason = `${FEWEST_SESSIONS_PER_BLOCK} for each of ${shape.groups} blocks`;
    return { left_out: `expected at least ${needed} sessions to learn from, ${reason}, was ${count}` };
  }
  const embargo = embargoSessions(count);
  const { timestampsMs, labelEndsMs } = data;
  const times = timestampsMs.subarray(0, plan.trainingEnd);
  const folds = combinatorialFolds(times, labelEndsMs, sessions, {
    ...shape,
    embargoMs: 0,
    embargoSessions: embargo,
  });
  const paths = backtestPaths(shape.groups, shape.judged);
  if (new Set(paths.flat()).size !== folds.length || !folds.every(({ train }) => isTrainable(data, train))) {
    return { left_out: 'expected rows of two classes to learn from in every split, was too few' };
  }
  const scores = await scoreSplits(input, data, folds, best, options, parts);
  const blocks = combinatorialBlocks(sessions, shape.groups);
  const judged = paths.map((splits, at) => {
    const chosen = splits.map((split) => scores[split] as SplitScores);
    return backtestPath(input, data, at + 1, blocks, chosen, options.costReturn);
  });
  return {
    left_out: null,
    ...shape,
    sessions: count,
    embargo_sessions: embargo,
    splits: folds.length,
    ...summarisePaths(judged),
  };
}

/** Fits and scores split by split; the next one is prepared while a native library learns this one. */
async function scoreSplits(
  input: CandidateInput,
  data: Observations,
  folds: readonly CombinatorialFold[],
  best: Judged,
  options: CandidateOptions,
  { onProgress, signal }: TrainingParts,
): Promise<SplitScores[]> {
  const { family, parameters, forward } = best;
  const { kind } = forward.chosen.calibration;
  const { seed } = input;
  const prepared = (at: number) => {
    const fold = folds[at];
    return fold === undefined ? undefined : prepareFold(data, fold, options, seed);
  };
  const scores: SplitScores[] = [];
  let next = prepared(0);
  for (let at = 0; next !== undefined; at += 1) {
    onProgress?.(`combinatorial split ${at + 1} of ${folds.length}`, 0.6 + (0.2 * at) / folds.length);
    const fold = next;
    const fitting = fitPrepared(fold.prepared, {
      family,
      options: { ...options, parameters, perRegime: forward.perRegime },
      seed,
      rounds: null,
      signal,
    });
    // A fit that fails while the next split is prepared is told when it is waited for.
    fitting.catch(() => {});
    next = prepared(at + 1);
    const { model } = await fitting;
    scores.push(await judgeSplit(input, data, fold, model, kind, options.costReturn));
  }
  return scores;
}
