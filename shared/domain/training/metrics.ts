import { areaUnderRoc } from '../../stats/area-under-roc.ts';
import { brierScore } from '../../stats/brier-score.ts';
import { confusionMatrix } from '../../stats/confusion-matrix.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { f1Scores } from '../../stats/f1-scores.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { BUY, CLASS_COUNT, HOLD, likeliestClasses, SELL } from './classes.ts';

/** How good probabilities were, on rows they were not fitted on. */
export interface Metrics {
  readonly rows: number;
  readonly log_loss: number;
  /** Log-loss of always saying the base rates of these rows: what there is to beat. */
  readonly base_log_loss: number;
  readonly brier: number;
  readonly ece: number;
  /** One class against the others; null when a class is absent. */
  readonly auc: { readonly sell: number | null; readonly hold: number | null; readonly buy: number | null };
  /** BUY against SELL among the rows that moved: the direction alone, without how much is known of HOLD; null without both. */
  readonly auc_direction: number | null;
  readonly accuracy: number;
  readonly f1: { readonly sell: number; readonly hold: number; readonly buy: number };
  readonly macro_f1: number;
  /** Counts by (true, predicted), classes SELL HOLD BUY, row-major. */
  readonly confusion: readonly number[];
}

/**
 * Metrics of probabilities [rows x 3] against classes 0..2.
 *
 * @param labels - at least one row
 */
export function measure(probabilities: Float64Array, labels: Int32Array): Metrics {
  const confusion = confusionMatrix(labels, likeliestClasses(probabilities), CLASS_COUNT);
  const [sell = 0, hold = 0, buy = 0] = f1Scores(confusion, CLASS_COUNT);
  const hits = [SELL, HOLD, BUY].reduce((sum, at) => sum + (confusion[at * CLASS_COUNT + at] as number), 0);
  return {
    rows: labels.length,
    log_loss: logLoss(probabilities, labels, CLASS_COUNT),
    base_log_loss: baseLogLoss(labels),
    brier: brierScore(probabilities, labels, CLASS_COUNT),
    ece: expectedCalibrationError(probabilities, labels, CLASS_COUNT),
    auc: {
      sell: oneAgainstRest(probabilities, labels, SELL),
      hold: oneAgainstRest(probabilities, labels, HOLD),
      buy: oneAgainstRest(probabilities, labels, BUY),
    },
    auc_direction: directionArea(probabilities, labels),
    accuracy: hits / labels.length,
    f1: { sell, hold, buy },
    macro_f1: (sell + hold + buy) / CLASS_COUNT,
    confusion: [...confusion],
  };
}

function oneAgainstRest(probabilities: Float64Array, labels: Int32Array, wanted: number): number | null {
  const scores = Float64Array.from(labels, (_, row) => probabilities[row * CLASS_COUNT + wanted] as number);
  const area = areaUnderRoc(
    scores,
    Array.from(labels, (label) => label === wanted),
  );
  return Number.isNaN(area) ? null : area;
}

/**
 * The area under the ROC curve of BUY against SELL, on the rows that were one of them, by the share of BUY in the two.
 * Volatility can be known where direction cannot: one class against the others is above 0.5 for that alone.
 *
 * @returns null where a direction is absent
 */
export function directionArea(probabilities: Float64Array, labels: Int32Array): number | null {
  const moved = Int32Array.from(labels.keys()).filter((row) => labels[row] !== HOLD);
  const shares = Float64Array.from(moved, (row) => {
    const [sell, buy] = [probabilities[row * CLASS_COUNT + SELL], probabilities[row * CLASS_COUNT + BUY]] as [
      number,
      number,
    ];
    return sell + buy > 0 ? buy / (sell + buy) : 0.5;
  });
  const area = areaUnderRoc(
    shares,
    Array.from(moved, (row) => labels[row] === BUY),
  );
  return Number.isNaN(area) ? null : area;
}

function baseLogLoss(labels: Int32Array): number {
  const shares = [SELL, HOLD, BUY].map(
    (wanted) => labels.filter((label) => label === wanted).length / labels.length,
  );
  return shares.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0);
}
