import { logLoss } from '../../stats/log-loss.ts';
import {
  type Calibration,
  type CalibrationKind,
  calibrate,
  fitCalibration,
  IDENTITY,
  type ScoredRows,
} from './calibration.ts';
import { CLASS_COUNT } from './classes.ts';

export interface ChosenCalibration {
  /** Fitted on all out-of-fold rows: what the bundle carries. */
  readonly calibration: Calibration;
  /** Out-of-fold log-loss of each kind, each fold calibrated with the folds before it only. */
  readonly logLosses: Readonly<Record<CalibrationKind, number>>;
  /** [rows x 3] in fold order, of the chosen kind, calibrated in the same forward way. */
  readonly probabilities: Float64Array;
}

const KINDS: readonly CalibrationKind[] = ['identity', 'temperature', 'temperature and hold bias'];

/**
 * The calibration with the lowest out-of-fold log-loss; of equal ones the simplest.
 *
 * @param folds - out-of-fold scores, earliest fold first; the first is judged uncalibrated
 */
export function chooseCalibration(folds: readonly ScoredRows[]): ChosenCalibration {
  const everything = join(folds);
  const forward = KINDS.map((kind) => forwardProbabilities(folds, kind));
  const losses = forward.map((p) => logLoss(p, everything.labels, CLASS_COUNT, everything.weights));
  const best = losses.indexOf(Math.min(...losses));
  return {
    calibration: fitCalibration(everything, KINDS[best] as CalibrationKind),
    logLosses: Object.fromEntries(KINDS.map((kind, at) => [kind, losses[at]])) as Record<
      CalibrationKind,
      number
    >,
    probabilities: forward[best] as Float64Array,
  };
}

function forwardProbabilities(folds: readonly ScoredRows[], kind: CalibrationKind): Float64Array {
  const parts = folds.map((fold, at) => {
    const calibration = at === 0 ? IDENTITY : fitCalibration(join(folds.slice(0, at)), kind);
    return calibrate(fold.rawScores, calibration);
  });
  return concat(parts);
}

function join(folds: readonly ScoredRows[]): ScoredRows {
  return {
    rawScores: concat(folds.map((fold) => fold.rawScores)),
    labels: Int32Array.from(folds.flatMap((fold) => [...fold.labels])),
    weights: concat(folds.map((fold) => fold.weights)),
  };
}

function concat(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}
