import type { Fold } from '../../shared/domain/training/folds.ts';
import { type ForecastRows, measureForecasts } from '../../shared/domain/training/magnitude/metrics.ts';
import { fitNaive, naiveForecasts } from '../../shared/domain/training/magnitude/naive-forecast.ts';
import type { LearningCurve } from '../../shared/domain/training/report/learning-chart.ts';
import type { MagnitudeFold } from '../../shared/ports/magnitude-trainer.ts';
import type { CandidateOptions, TrainingParts } from '../../shared/ports/model-trainer.ts';
import { fittedMatrix } from '../candidate/fit-procedure.ts';
import { withLabel } from '../candidate/observations.ts';
import { likeliestState } from '../hmm/filter.ts';
import { fitProcedure } from './fit.ts';
import type { MeasuredRows } from './measured-rows.ts';

/** Rows with forecasts of models that had not seen them. */
export interface Forecasts extends ForecastRows {
  /** Ascending. */
  readonly rows: Int32Array;
  readonly fold: readonly number[];
  readonly regimes: readonly number[];
}

export interface WalkForward {
  readonly forecasts: Forecasts;
  readonly folds: readonly MagnitudeFold[];
  readonly learning: readonly LearningCurve[];
  /** Rounds for the final fit: the median of the folds. */
  readonly rounds: number;
}

/**
 * Fits and judges fold after fold; everything is fitted inside the fold, the naive forecasts too.
 *
 * @param moves - `recentMoves` of each row
 */
export async function walkForward(
  data: MeasuredRows,
  moves: Float64Array,
  folds: readonly Fold[],
  options: CandidateOptions,
  seed: number,
  parts: TrainingParts,
): Promise<WalkForward> {
  const { family, signal } = parts;
  const judged: {
    readonly forecasts: Forecasts;
    readonly summary: MagnitudeFold;
    losses: readonly number[];
  }[] = [];
  for (const [index, { train, test }] of folds.entries()) {
    parts.onProgress?.(`fold ${index + 1} of ${folds.length}`, index / (folds.length + 2));
    const request = { family, options, seed, training: train, rounds: null, signal };
    const fitted = await fitProcedure(data, request);
    const rows = withLabel(data, test);
    const values = await fitted.model.values(fittedMatrix(data, fitted, rows));
    const { states } = fitted.hmm;
    const regimes = Array.from(rows, (row) =>
      likeliestState(fitted.chances.subarray(row * states, (row + 1) * states)),
    );
    const fold = Array.from(rows, () => index + 1);
    const forecasts = { rows, fold, regimes, ...besideNaive(data, moves, train, rows, values) };
    const { rounds, validationLosses } = fitted.model;
    judged.push({
      forecasts,
      losses: validationLosses,
      summary: {
        fold: index + 1,
        trained_through: data.sessions[train.at(-1) as number] as string,
        judged_from: data.sessions[rows[0] as number] as string,
        judged_to: data.sessions[rows.at(-1) as number] as string,
        training_rows: withLabel(data, train).length,
        judged_rows: rows.length,
        rounds,
        metrics: measureForecasts(forecasts),
      },
    });
  }
  const rounds = judged.map(({ summary }) => summary.rounds).sort((a, b) => a - b);
  return {
    forecasts: joined(judged.map(({ forecasts }) => forecasts)),
    folds: judged.map(({ summary }) => summary),
    learning: judged.map(({ summary, losses }) => ({ fold: summary.fold, validation_losses: losses })),
    rounds: Math.max(1, rounds[Math.floor(rounds.length / 2)] as number),
  };
}

/** Forecasts of rows beside what came true and what naive forecasts, fitted on the training rows, say. */
export function besideNaive(
  data: MeasuredRows,
  moves: Float64Array,
  training: Int32Array,
  rows: Int32Array,
  forecasts: Float64Array,
): ForecastRows {
  const naive = fitNaive(data.amounts, moves, data.weights, withLabel(data, training));
  const { mean, volatility } = naiveForecasts(naive, moves, rows);
  const amounts = Float64Array.from(rows, (row) => data.amounts[row] as number);
  return { amounts, forecasts, naiveMean: mean, naiveVolatility: volatility };
}

function joined(folds: readonly Forecasts[]): Forecasts {
  const column = (of: (fold: Forecasts) => Float64Array) =>
    Float64Array.from(folds.flatMap((fold) => [...of(fold)]));
  return {
    rows: Int32Array.from(folds.flatMap(({ rows }) => [...rows])),
    fold: folds.flatMap(({ fold }) => fold),
    regimes: folds.flatMap(({ regimes }) => regimes),
    amounts: column(({ amounts }) => amounts),
    forecasts: column(({ forecasts }) => forecasts),
    naiveMean: column(({ naiveMean }) => naiveMean),
    naiveVolatility: column(({ naiveVolatility }) => naiveVolatility),
  };
}
