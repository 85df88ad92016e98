import { CLASS_COUNT } from '../classes.ts';

/** Labelled rows with scores of models that had not seen them, in time order; all columns of one length. */
export interface ReportRows {
  readonly timestampsMs: readonly number[];
  readonly sessions: readonly string[];
  /** Walk-forward fold; 0 for the sessions kept back. */
  readonly folds: readonly number[];
  readonly regimes: readonly number[];
  /** 0 SELL, 1 HOLD, 2 BUY. */
  readonly labels: Int32Array;
  /** [rows x 3] before and after calibration. */
  readonly uncalibrated: Float64Array;
  readonly calibrated: Float64Array;
  /** 1 long, -1 short, 0 nothing. */
  readonly positions: readonly number[];
  /** Fraction the underlying moved until the label was known; null where unknown. */
  readonly forwardReturns: readonly (number | null)[];
  readonly prices: readonly (number | null)[];
}

/** The rows of which `keep` says so, in the same order. */
export function rowsWhere(rows: ReportRows, keep: (row: number) => boolean): ReportRows {
  const kept = Array.from(rows.labels.keys()).filter(keep);
  const pick = <T>(values: readonly T[]): T[] => kept.map((row) => values[row] as T);
  const matrix = (values: Float64Array) =>
    Float64Array.from(
      kept.flatMap((row) => [...values.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT)]),
    );
  return {
    timestampsMs: pick(rows.timestampsMs),
    sessions: pick(rows.sessions),
    folds: pick(rows.folds),
    regimes: pick(rows.regimes),
    labels: Int32Array.from(kept, (row) => rows.labels[row] as number),
    uncalibrated: matrix(rows.uncalibrated),
    calibrated: matrix(rows.calibrated),
    positions: pick(rows.positions),
    forwardReturns: pick(rows.forwardReturns),
    prices: pick(rows.prices),
  };
}
