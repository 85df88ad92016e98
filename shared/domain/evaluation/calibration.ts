import { brierScore } from '../../stats/brier-score.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { type ReliabilityBin, reliabilityBins } from '../../stats/reliability-bins.ts';
import { baseRates } from './classification.ts';
import type { LabelledRow } from './scored-row.ts';

const CLASSES = 3;

/** How much the probabilities can be taken at their word. */
export interface Calibration {
  /** Expected calibration error of the likeliest class, bins of equal width. */
  readonly ece: number;
  readonly brier: number;
  readonly log_loss: number;
  /** The same two scores for someone who always states the base rates of these very rows. */
  readonly brier_base_rate: number;
  readonly log_loss_base_rate: number;
  readonly by_regime: readonly RegimeCalibration[];
  readonly by_class: readonly ClassReliability[];
}

/** What came true at each level of what was stated for one class. */
export interface ClassReliability {
  readonly class: 'SELL' | 'HOLD' | 'BUY';
  readonly bins: readonly ReliabilityBin[];
}

export interface RegimeCalibration {
  readonly regime: number;
  readonly rows: number;
  readonly ece: number;
}

/** Calibration of labelled rows; null when there are none. */
export function calibration(rows: readonly LabelledRow[], bins: number): Calibration | null {
  if (rows.length === 0) return null;
  const stated = probabilitiesOf(rows);
  const outcomes = outcomesOf(rows);
  const { sell, hold, buy } = baseRates(rows);
  const constant = rows.flatMap(() => [sell, hold, buy]);
  return {
    ece: expectedCalibrationError(stated, outcomes, CLASSES, bins),
    brier: brierScore(stated, outcomes, CLASSES),
    log_loss: logLoss(stated, outcomes, CLASSES),
    brier_base_rate: brierScore(constant, outcomes, CLASSES),
    log_loss_base_rate: logLoss(constant, outcomes, CLASSES),
    by_regime: byRegime(rows, bins),
    by_class: byClass(rows, bins),
  };
}

function byRegime(rows: readonly LabelledRow[], bins: number): RegimeCalibration[] {
  const groups = Map.groupBy(
    rows.filter((row) => row.regime !== null),
    (row) => row.regime as number,
  );
  return [...groups]
    .map(([regime, members]) => {
      const ece = expectedCalibrationError(probabilitiesOf(members), outcomesOf(members), CLASSES, bins);
      return { regime, rows: members.length, ece };
    })
    .sort((a, b) => a.regime - b.regime);
}

function byClass(rows: readonly LabelledRow[], bins: number): ClassReliability[] {
  const classes = [
    ['SELL', 'sell', -1],
    ['HOLD', 'hold', 0],
    ['BUY', 'buy', 1],
  ] as const;
  return classes.map(([name, column, label]) => ({
    class: name,
    bins: reliabilityBins(
      rows.map((row) => row[column]),
      rows.map((row) => row.label === label),
      bins,
    ),
  }));
}

/** Row by row in class order: SELL, HOLD, BUY. */
function probabilitiesOf(rows: readonly LabelledRow[]): number[] {
  return rows.flatMap((row) => [row.sell, row.hold, row.buy]);
}

function outcomesOf(rows: readonly LabelledRow[]): number[] {
  return rows.map((row) => row.label + 1);
}
