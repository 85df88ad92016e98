import { CLASS_COUNT, NO_LABEL } from '../../shared/domain/training/classes.ts';
import type { Thresholds } from '../../shared/domain/training/decision.ts';
import type { CandidateInput, ScoredColumns } from '../../shared/ports/model-trainer.ts';

/** The scores of some of the input's rows. */
export interface RowScores {
  readonly rows: Int32Array;
  readonly fold: readonly number[];
  readonly regimes: readonly number[];
  /** [rows x 3] */
  readonly probabilities: Float64Array;
}

/** Puts scores beside what came true, column by column. NaN becomes null. */
export function scoredColumns(
  input: CandidateInput,
  scores: RowScores,
  thresholds: Thresholds,
): ScoredColumns {
  const { rows, probabilities } = scores;
  const all = Array.from(rows);
  const chance = (at: number, place: number) => probabilities[at * CLASS_COUNT + place] as number;
  return {
    timestamp_ms: all.map((row) => input.timestampsMs[row] as number),
    session: all.map((row) => input.sessions[row] as string),
    fold: scores.fold,
    target: all.map((row) => (input.targets[row] === NO_LABEL ? null : (input.targets[row] as number))),
    sell: all.map((_, at) => chance(at, 0)),
    hold: all.map((_, at) => chance(at, 1)),
    buy: all.map((_, at) => chance(at, 2)),
    regime: scores.regimes,
    position: all.map((_, at) => positionOf(chance(at, 0), chance(at, 2), thresholds)),
    forward_return: all.map((row) => numberOrNull(input.forwardReturns[row])),
    price: all.map((row) => numberOrNull(input.prices?.[row])),
  };
}

export function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** 1 long, -1 short, 0 nothing: a direction needs its threshold and more than the other. */
export function positionOf(sell: number, buy: number, thresholds: Thresholds): number {
  if (buy > sell) return buy >= thresholds.buy ? 1 : 0;
  return sell > buy && sell >= thresholds.sell ? -1 : 0;
}
