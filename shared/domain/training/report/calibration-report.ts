import { type ReliabilityBin, reliabilityBins } from '../../../stats/reliability-bins.ts';
import type { CalibrationKind } from '../calibration.ts';
import { CLASS_COUNT, CLASSES } from '../classes.ts';
import { type Metrics, measure } from '../metrics.ts';
import { type ReportRows, rowsWhere } from './report-rows.ts';

const BINS = 10;

export interface ClassReliability {
  readonly class: string;
  readonly before: readonly ReliabilityBin[];
  readonly after: readonly ReliabilityBin[];
}

export interface RegimeReliability {
  readonly regime: number;
  readonly before: Metrics;
  /** After calibration. */
  readonly metrics: Metrics;
  readonly classes: readonly ClassReliability[];
}

/** How far stated probabilities can be taken at their word: calibration.json. */
export interface CalibrationReport {
  /** The kind that was chosen. */
  readonly kind: CalibrationKind;
  /** Out-of-fold log-loss of every kind. */
  readonly log_losses: Readonly<Record<CalibrationKind, number>>;
  readonly before: Metrics;
  readonly after: Metrics;
  readonly classes: readonly ClassReliability[];
  readonly regimes: readonly RegimeReliability[];
}

/** Out-of-fold calibration, overall and per regime. @param rows - at least one */
export function calibrationReport(
  rows: ReportRows,
  kind: CalibrationKind,
  logLosses: CalibrationReport['log_losses'],
): CalibrationReport {
  const regimes = [...new Set(rows.regimes)].sort((a, b) => a - b);
  return {
    kind,
    log_losses: logLosses,
    before: measure(rows.uncalibrated, rows.labels),
    after: measure(rows.calibrated, rows.labels),
    classes: classReliability(rows),
    regimes: regimes.map((regime) => {
      const members = rowsWhere(rows, (row) => rows.regimes[row] === regime);
      return {
        regime,
        before: measure(members.uncalibrated, members.labels),
        metrics: measure(members.calibrated, members.labels),
        classes: classReliability(members),
      };
    }),
  };
}

function classReliability(rows: ReportRows): ClassReliability[] {
  return CLASSES.map((name, at) => {
    const came = Array.from(rows.labels, (label) => label === at);
    const column = (matrix: Float64Array) =>
      Array.from(rows.labels, (_, row) => matrix[row * CLASS_COUNT + at] as number);
    return {
      class: name,
      before: reliabilityBins(column(rows.uncalibrated), came, BINS),
      after: reliabilityBins(column(rows.calibrated), came, BINS),
    };
  });
}
