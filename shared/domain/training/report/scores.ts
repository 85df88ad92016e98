import { precisionAtTopK } from '../../../stats/precision-at-top-k.ts';
import { BUY, CLASS_COUNT, SELL } from '../classes.ts';
import { type Metrics, measure } from '../metrics.ts';

/** Labelled rows with the probabilities of a model that had not seen them, in time order; all columns of one length. */
export interface JudgedRows {
  readonly sessions: readonly string[];
  /** Walk-forward fold; 0 for the sessions kept back. */
  readonly folds: readonly number[];
  readonly regimes: readonly number[];
  /** 0 SELL, 1 HOLD, 2 BUY. */
  readonly labels: Int32Array;
  /** [rows x 3] */
  readonly probabilities: Float64Array;
}

/** One of the models that a run compares: the candidate, the best of each family tried, the distilled one. */
export interface JudgedModel {
  readonly name: string;
  /** Features it looks at, regime chances not counted. */
  readonly features: number;
  readonly outOfFold: JudgedRows;
  /** Null where it was not asked about the sessions kept back, or there are none. */
  readonly heldOut: JudgedRows | null;
  /** Mean net return of an out-of-fold trade, fraction of the underlying; null without a trade. */
  readonly netUtility: number | null;
}

/** One model's metrics on some rows. */
export interface Score extends Metrics {
  readonly model: string;
  readonly rows_judged: 'all' | 'held out' | 'fold' | 'regime' | 'fold and regime';
  readonly fold: number | null;
  readonly regime: number | null;
  /** Share right among the k surest directions of each session, by the gate's definition and k. */
  readonly precision_at_top_k: number | null;
}

/** Scores of a model: all out-of-fold rows, each fold, each regime, both crossed, and the sessions kept back. */
export function scoresOf({ name, outOfFold, heldOut }: JudgedModel, topK: number): Score[] {
  const { folds, regimes } = outOfFold;
  const on = (
    rows_judged: Score['rows_judged'],
    rows: JudgedRows,
    { fold = null, regime = null }: { fold?: number | null; regime?: number | null } = {},
  ): Score => ({
    ...{ model: name, rows_judged, fold, regime },
    ...measure(rows.probabilities, rows.labels),
    precision_at_top_k: precisionOf(rows, topK),
  });
  const crossed = ascending(folds).flatMap((fold) => ascending(regimes).map((regime) => ({ fold, regime })));
  return [
    on('all', outOfFold),
    ...(heldOut === null ? [] : [on('held out', heldOut)]),
    ...ascending(folds).map((fold) =>
      on(
        'fold',
        judgedWhere(outOfFold, (row) => folds[row] === fold),
        { fold },
      ),
    ),
    ...ascending(regimes).map((regime) =>
      on(
        'regime',
        judgedWhere(outOfFold, (row) => regimes[row] === regime),
        { regime },
      ),
    ),
    ...crossed.flatMap((both) => {
      const rows = judgedWhere(outOfFold, (row) => folds[row] === both.fold && regimes[row] === both.regime);
      return rows.labels.length === 0 ? [] : [on('fold and regime', rows, both)];
    }),
  ];
}

/** The surest directions of each session, as the gate's rule precision-at-top-k ranks them. */
function precisionOf({ sessions, labels, probabilities }: JudgedRows, topK: number): number | null {
  const statements = sessions.map((session, row) => {
    const sell = probabilities[row * CLASS_COUNT + SELL] as number;
    const buy = probabilities[row * CLASS_COUNT + BUY] as number;
    return {
      session,
      conviction: Math.max(sell, buy),
      order: row,
      isRight: labels[row] === (sell > buy ? SELL : BUY),
    };
  });
  return precisionAtTopK(statements, topK);
}

/** The rows of which `keep` says so, in the same order. */
export function judgedWhere(rows: JudgedRows, keep: (row: number) => boolean): JudgedRows {
  const kept = Int32Array.from(rows.labels.keys()).filter(keep);
  const probabilities = new Float64Array(kept.length * CLASS_COUNT);
  kept.forEach((row, at) => {
    probabilities.set(
      rows.probabilities.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT),
      at * CLASS_COUNT,
    );
  });
  const pick = <T>(values: readonly T[]): T[] => Array.from(kept, (row) => values[row] as T);
  return {
    sessions: pick(rows.sessions),
    folds: pick(rows.folds),
    regimes: pick(rows.regimes),
    labels: Int32Array.from(kept, (row) => rows.labels[row] as number),
    probabilities,
  };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
