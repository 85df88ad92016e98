import { type CalibrationKind, calibrate } from '../../shared/domain/training/calibration.ts';
import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import { chooseThresholds } from '../../shared/domain/training/decision.ts';
import { fitCalibration } from '../../shared/domain/training/fit-calibration.ts';
import type { FittedModel } from '../../shared/ports/model-family.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import type { Observations } from './observations.ts';
import { type PreparedFold, unseenScores } from './prepared-fold.ts';
import { positionOf } from './scored-columns.ts';
import { scoredRows } from './walk-forward.ts';

/** What a split's fit says of the rows that it judges. */
export interface SplitScores {
  /** Ascending. */
  readonly rows: Int32Array;
  /** [rows x 3], calibrated. */
  readonly probabilities: Float64Array;
  /** 1 long, -1 short, 0 nothing. */
  readonly positions: Int8Array;
}

/**
 * Scores a split's test rows. Calibration and thresholds are fitted inside the split too, on the part of its training
 * rows that stopped the fit: nothing of the judged blocks is in them.
 */
export async function judgeSplit(
  input: CandidateInput,
  data: Observations,
  fold: PreparedFold,
  model: FittedModel,
  kind: CalibrationKind,
  costReturn: number,
): Promise<SplitScores> {
  const { late, stopping } = fold.prepared;
  if (late === null || stopping === null) throw new RangeError('fold: expected one that stops early');
  const own = { rows: late, rawScores: await unseenScores(fold, model, stopping) };
  const learnt = scoredRows(data, own, fold.prepared);
  const calibration = fitCalibration(learnt, kind);
  const { thresholds } = chooseThresholds(
    {
      probabilities: calibrate(own.rawScores, calibration, learnt.regimes),
      forwardReturns: Float64Array.from(late, (row) => input.forwardReturns[row] as number),
    },
    costReturn,
  );
  const judged = { rows: fold.judged, rawScores: await unseenScores(fold, model, fold.judging) };
  const { regimes } = scoredRows(data, judged, fold.prepared);
  const probabilities = calibrate(judged.rawScores, calibration, regimes);
  const positions = Int8Array.from(fold.judged, (_, at) => {
    const [sell, , buy] = probabilities.subarray(at * CLASS_COUNT, (at + 1) * CLASS_COUNT);
    return positionOf(sell as number, buy as number, thresholds);
  });
  return { rows: fold.judged, probabilities, positions };
}
