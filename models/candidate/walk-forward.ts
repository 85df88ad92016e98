import type { RegimeChances } from '../../shared/domain/training/calibration/regime-weights.ts';
import { calibrate, IDENTITY } from '../../shared/domain/training/calibration.ts';
import {
  type ChosenCalibration,
  chooseCalibration,
  type JudgedRows,
} from '../../shared/domain/training/choose-calibration.ts';
import {
  embargoSessions,
  type Fold,
  purgedBlockFolds,
  sessionRows,
  walkForwardFolds,
} from '../../shared/domain/training/folds.ts';
import { measure } from '../../shared/domain/training/metrics.ts';
import type { LearningCurve } from '../../shared/domain/training/report/learning-chart.ts';
import { embargoMsOf } from '../../shared/domain/training/targets.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { CandidateOptions, FoldSummary, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { likeliestState } from '../hmm/filter.ts';
import { FittedMixture } from '../mixture/fitted-mixture.ts';
import { type Fitted, fitPrepared, lastPart, seenClasses } from './fit-procedure.ts';
import { type Observations, type ObservedRows, withLabel } from './observations.ts';
import { type PreparedFold, prepareFold, unseenScores } from './prepared-fold.ts';

/** Rows of a fold with the scores of a model that had seen nothing of them. */
interface JudgedFold {
  readonly rows: Int32Array;
  readonly rawScores: Float64Array;
  readonly regimes: number[];
  readonly uncalibrated: Float64Array;
  readonly validationLosses: readonly number[];
  readonly summary: FoldSummary;
  readonly fitted: Fitted;
}

export interface WalkForward {
  /** Judged rows, ascending. */
  readonly rows: Int32Array;
  readonly fold: readonly number[];
  readonly regimes: readonly number[];
  /** [rows x 3] before calibration, softmax of the raw scores. */
  readonly uncalibrated: Float64Array;
  readonly chosen: ChosenCalibration;
  readonly folds: readonly FoldSummary[];
  /** Of each fold, round by round. */
  readonly learning: readonly LearningCurve[];
  /** Rounds for the final fit: the median of the folds. */
  readonly rounds: number;
  /** Whether what was judged has models of the regimes' own: asked for, and every fold had enough rows for one. */
  readonly perRegime: boolean;
  /** Each fold's own model, to explain it; none once they are let go (`withoutModels`). */
  readonly fitted: readonly Fitted[];
}

/** Lets the folds' models go: a search that tries many keeps those of the best alone. */
export function withoutModels(forward: WalkForward): WalkForward {
  return { ...forward, fitted: [] };
}

const FEWEST_TRAINING_ROWS = 60;

/** The splits of the rows up to, not including, `end`. */
export function planFolds(
  data: Observations,
  end: number,
  exploratory: boolean,
  options: CandidateOptions,
): Fold[] {
  const folds = splits(data, end, exploratory, options.folds).filter(({ train }) => isTrainable(data, train));
  if (folds.length > 0) return folds;
  throw new RejectedInput('rows: expected enough for one walk-forward fold with two classes, was too few', {
    field: 'rows',
  });
}

/** Purged splits with something to learn from and something to judge, whatever is learnt. */
export function splits(data: ObservedRows, end: number, exploratory: boolean, count: number): Fold[] {
  const embargoMs = embargoMsOf(data);
  const plan = exploratory
    ? purgedBlockFolds(data.timestampsMs.subarray(0, end), data.labelEndsMs, count, embargoMs)
    : forwardFolds(data, end, count);
  return plan
    .map((fold) => purged(data, fold))
    .filter(
      ({ train, test }) =>
        withLabel(data, train).length >= FEWEST_TRAINING_ROWS && withLabel(data, test).length > 0,
    );
}

/** Without training rows whose label reaches into the rows to judge. */
function purged(data: ObservedRows, { train, test }: Fold): Fold {
  const startMs = data.timestampsMs[test[0] as number] as number;
  return { train: train.filter((row) => (data.labelEndsMs[row] as number) < startMs), test };
}

function forwardFolds(data: ObservedRows, end: number, count: number): Fold[] {
  const groups = sessionRows(data.sessions.slice(0, end));
  return walkForwardFolds(groups, count, embargoSessions(groups.length));
}

/** Enough rows of two classes at least, before the part that early stopping watches. */
export function isTrainable(data: Observations, train: Int32Array): boolean {
  const rows = withLabel(data, train);
  return rows.length >= FEWEST_TRAINING_ROWS && seenClasses(data, lastPart(data, rows).early).size > 1;
}

/**
 * Fits and judges fold after fold; everything is fitted inside the fold. One model per regime is judged where every fold
 * has enough rows for it, else one model for all throughout.
 *
 * @param prepared - what does not depend on the configuration, when it is at hand
 */
export async function walkForward(
  data: Observations,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
  prepared: (fold: number) => PreparedFold = (fold) => prepareFold(data, folds[fold] as Fold, options, seed),
): Promise<WalkForward> {
  const judged: JudgedFold[] = [];
  for (const index of folds.keys()) {
    parts.onProgress?.(`fold ${index + 1} of ${folds.length}`, index / (folds.length + 2));
    const { family, signal } = parts;
    const fold = prepared(index);
    const fitted = await fitPrepared(fold.prepared, { family, options, seed, rounds: null, signal });
    if (options.perRegime && !(fitted.model instanceof FittedMixture)) {
      // Evidence of mixtures in some folds only would be evidence of neither.
      return walkForward(data, folds, { ...options, perRegime: false }, seed, parts, prepared);
    }
    judged.push(await judge(data, fitted, fold, index + 1));
  }
  const rounds = judged.map(({ summary }) => summary.rounds).sort((a, b) => a - b);
  return {
    rows: Int32Array.from(judged.flatMap((fold) => [...fold.rows])),
    fold: judged.flatMap((fold) => Array.from(fold.rows, () => fold.summary.fold)),
    regimes: judged.flatMap((fold) => fold.regimes),
    uncalibrated: Float64Array.from(judged.flatMap((fold) => [...fold.uncalibrated])),
    chosen: chooseCalibration(judged.map((fold) => scoredRows(data, fold, fold.fitted))),
    folds: judged.map((fold) => fold.summary),
    learning: judged.map(({ summary, validationLosses }) => ({
      fold: summary.fold,
      validation_losses: validationLosses,
    })),
    rounds: Math.max(1, rounds[Math.floor(rounds.length / 2)] as number),
    perRegime: options.perRegime,
    fitted: judged.map(({ fitted }) => fitted),
  };
}

/**
 * Scores with what came true, in which regime and session, as calibrations are fitted on them. Together the rows weigh
 * what they are worth, each as much as the next: a label that stands alone more is one whose barrier was hit early, and
 * weights by row would state too few HOLD.
 */
export function scoredRows(
  data: Observations,
  { rows, rawScores }: Pick<JudgedFold, 'rows' | 'rawScores'>,
  { hmm, chances }: Pick<Fitted, 'hmm' | 'chances'>,
): JudgedRows & { readonly regimes: RegimeChances } {
  const { states } = hmm;
  const own = new Float64Array(rows.length * states);
  const worth = rows.reduce((sum, row) => sum + (data.weights[row] as number), 0);
  rows.forEach((row, at) => {
    own.set(chances.subarray(row * states, (row + 1) * states), at * states);
  });
  return {
    rawScores,
    labels: Int32Array.from(rows, (row) => data.classes[row] as number),
    weights: new Float64Array(rows.length).fill(worth / rows.length),
    regimes: { states, chances: own },
    sessions: Array.from(rows, (row) => data.sessions[row] as string),
  };
}

async function judge(
  data: Observations,
  fitted: Fitted,
  prepared: PreparedFold,
  number: number,
): Promise<JudgedFold> {
  const { judged: rows, judging, fold } = prepared;
  const rawScores = await unseenScores(prepared, fitted.model, judging);
  const labels = Int32Array.from(rows, (row) => data.classes[row] as number);
  const uncalibrated = calibrate(rawScores, IDENTITY);
  const { states } = fitted.hmm;
  const session = (row: number | undefined) => data.sessions[row as number] as string;
  return {
    rows,
    rawScores,
    uncalibrated,
    fitted,
    validationLosses: fitted.model.validationLosses,
    regimes: Array.from(rows, (row) =>
      likeliestState(fitted.chances.subarray(row * states, (row + 1) * states)),
    ),
    summary: {
      fold: number,
      trained_through: session(fold.train.at(-1)),
      judged_from: session(rows[0]),
      judged_to: session(rows.at(-1)),
      training_rows: prepared.trainingRows,
      judged_rows: rows.length,
      rounds: fitted.model.rounds,
      metrics: measure(uncalibrated, labels),
    },
  };
}
