import { CLASS_COUNT, HOLD } from '../../shared/domain/training/classes.ts';
import { directionArea } from '../../shared/domain/training/metrics.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { jackknifeError } from '../../shared/stats/jackknife-error.ts';
import { moments } from '../../shared/stats/moments.ts';

/** What a run's out-of-fold scores say of the direction, and how sure that is. */
export interface Honesty {
  /** BUY against SELL among the rows that moved. */
  readonly auc: number;
  /** Its standard error, a day counting as one observation. */
  readonly error: number;
  readonly ece: number;
  /**
   * The largest standard error, over the classes, of a mean probability that states the base rates of the past: what
   * `bias` and `ece` are of without an edge, from the labels alone. A session counts as one observation.
   */
  readonly base_error: number;
  /** The largest difference between a class's mean probability and how often it came true. */
  readonly bias: number;
  /** Log-loss over that of always stating the base rates: below 1 something was learnt. */
  readonly loss_ratio: number;
  /** Mean net return of a trade out of fold, basis points; null without a trade. */
  readonly net_bps: number | null;
  /** The same for the sessions kept back, on which no threshold was chosen. */
  readonly held_out_net_bps: number | null;
  readonly rows: number;
}

/** A market, a family, and what came of them. */
export interface Judgement extends Honesty {
  readonly family: string;
  readonly seed: number;
  readonly edge: number;
}

const BPS = 10_000;

/** Example: without an edge `auc` is within two or three `error` of 0.5. */
export function honestyOf({ report, summary, outOfFold, holdout }: Candidate, costReturn: number): Honesty {
  const { calibrated, labels, sessions } = report.rows;
  const days = [...new Set(sessions)];
  const without = (day: string | null) => {
    const rows = Int32Array.from(labels.keys()).filter((row) => sessions[row] !== day);
    const chosen = new Float64Array(rows.length * CLASS_COUNT);
    rows.forEach((row, at) => {
      chosen.set(calibrated.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT), at * CLASS_COUNT);
    });
    return (
      directionArea(
        chosen,
        Int32Array.from(rows, (row) => labels[row]!),
      ) ?? Number.NaN
    );
  };
  const { ece, log_loss, base_log_loss, rows } = summary.out_of_fold;
  return {
    auc: without(null),
    error: jackknifeError(days.length, (at) => without(days[at]!)),
    ece,
    base_error: Math.max(
      ...[0, HOLD, 2].map((one) => baseError(labels, sessions, [...report.rows.folds], one)),
    ),
    bias: Math.max(...[0, HOLD, 2].map((one) => Math.abs(biasOf(calibrated, labels, one)))),
    loss_ratio: log_loss / base_log_loss,
    net_bps: netBps(outOfFold, costReturn),
    held_out_net_bps: netBps(holdout, costReturn),
    rows,
  };
}

function biasOf(probabilities: Float64Array, labels: Int32Array, one: number): number {
  let [stated, came] = [0, 0];
  labels.forEach((label, row) => {
    stated += probabilities[row * CLASS_COUNT + one]!;
    came += label === one ? 1 : 0;
  });
  return (stated - came) / labels.length;
}

/**
 * Shares of a class by session vary with their standard deviation. Stated are those of the sessions before, so that each
 * session counts once as it comes true, and in each later fold as it is remembered.
 */
function baseError(
  labels: Int32Array,
  sessions: readonly string[],
  folds: readonly number[],
  one: number,
): number {
  const days = [...new Set(sessions)];
  const foldOf = days.map((day) => folds[sessions.indexOf(day)]!);
  const rowsOf = days.map((day) => Array.from(labels.keys()).filter((row) => sessions[row] === day));
  const shares = rowsOf.map((rows) => rows.filter((row) => labels[row] === one).length / rows.length);
  const { standardDeviation } = moments(shares);
  // The first fold remembers sessions that are never judged: about as many as a fold judges.
  const last = Math.max(...foldOf);
  const perFold = days.length / last;
  const unjudged = { count: perFold, weight: 0 };
  const weights = days.map(() => 1 / days.length);
  for (let fold = 1; fold <= last; fold += 1) {
    const known = foldOf.filter((own) => own < fold).length + unjudged.count;
    const share = foldOf.filter((own) => own === fold).length / days.length / known;
    unjudged.weight -= share;
    foldOf.forEach((own, at) => {
      if (own < fold) weights[at]! -= share;
    });
  }
  const squares = weights.reduce((sum, weight) => sum + weight ** 2, unjudged.count * unjudged.weight ** 2);
  return standardDeviation * Math.sqrt(squares);
}

function netBps({ position, forward_return }: Candidate['outOfFold'], costReturn: number): number | null {
  const gains = position.flatMap((side, row) => {
    const move = forward_return[row] ?? null;
    return side === 0 || move === null ? [] : [side * move - costReturn];
  });
  return gains.length === 0 ? null : (BPS * gains.reduce((sum, gain) => sum + gain, 0)) / gains.length;
}
