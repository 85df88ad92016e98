import { CLASS_COUNT, HOLD } from '../../shared/domain/training/classes.ts';
import { directionArea } from '../../shared/domain/training/metrics.ts';
import type { Candidate } from '../../shared/ports/model-trainer.ts';
import { jackknifeError } from '../../shared/stats/jackknife-error.ts';

/** What a run's out-of-fold scores say of the direction, and how sure that is. */
export interface Honesty {
  /** BUY against SELL among the rows that moved. */
  readonly auc: number;
  /** Its standard error, a day counting as one observation. */
  readonly error: number;
  readonly ece: number;
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

function netBps({ position, forward_return }: Candidate['outOfFold'], costReturn: number): number | null {
  const gains = position.flatMap((side, row) => {
    const move = forward_return[row] ?? null;
    return side === 0 || move === null ? [] : [side * move - costReturn];
  });
  return gains.length === 0 ? null : (BPS * gains.reduce((sum, gain) => sum + gain, 0)) / gains.length;
}
