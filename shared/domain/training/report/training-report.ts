import { counted } from '../../market/counted.ts';
import type { CalibrationKind } from '../calibration.ts';
import { CLASSES } from '../classes.ts';
import type { Metrics } from '../metrics.ts';
import type { Trial } from '../trial.ts';
import { calibrationCharts } from './calibration-charts.ts';
import { type CalibrationReport, calibrationReport } from './calibration-report.ts';
import { confusionChart, type FoldConfusion, foldConfusions } from './confusion-chart.ts';
import { type EquityPoint, equityChart, outOfFoldEquity } from './equity-chart.ts';
import { type FeatureImportance, importances, type ShapSample } from './importance.ts';
import { importanceChart, shapChart } from './importance-charts.ts';
import { type LearningCurve, learningChart } from './learning-chart.ts';
import type { Section } from './page.ts';
import { rankingCharts } from './ranking-charts.ts';
import { regimeChart } from './regime-chart.ts';
import type { ReportRows } from './report-rows.ts';
import { trialsCharts } from './trials-chart.ts';

const NO_CALIBRATION =
  " No calibration was better than none: they are the model's own, so there is no picture of before and after.";

/** What a run knows of itself. */
export interface ReportInput {
  readonly rows: ReportRows;
  /** Which calibration was chosen; after `identity` the calibrated rows are the uncalibrated ones. */
  readonly calibrationKind: CalibrationKind;
  /** Null for a family that is not explained by SHAP. */
  readonly shap: ShapSample | null;
  readonly learning: readonly LearningCurve[];
  readonly folds: readonly {
    readonly fold: number;
    readonly judged_from: string;
    readonly judged_to: string;
    readonly metrics: Metrics;
  }[];
  /** Metrics of the sessions kept back; null without any. */
  readonly heldOut: Metrics | null;
  readonly costReturn: number;
  readonly configurationHash: string;
}

/** The numbers behind the pictures, one JSON file each. */
export interface ReportNumbers {
  readonly calibration: CalibrationReport;
  readonly backtest_summary: readonly EquityPoint[];
  readonly confusion: readonly FoldConfusion[];
  readonly importance: readonly FeatureImportance[];
  readonly learning: readonly LearningCurve[];
}

export function reportNumbers(input: ReportInput): ReportNumbers {
  return {
    calibration: calibrationReport(input.rows),
    backtest_summary: outOfFoldEquity(input.rows, input.costReturn),
    confusion: foldConfusions(input.rows),
    importance: input.shap === null ? [] : importances(input.shap),
    learning: input.learning,
  };
}

/** The report as a person reads it, picture by picture. `trials` is the whole ledger of this exchange and target. */
export function reportSections(
  input: ReportInput,
  numbers: ReportNumbers,
  trials: readonly Trial[],
): Section[] {
  return [
    metricsSection(input, numbers),
    {
      title: 'Calibration',
      says: `Probabilities of models that had not seen the rows. A point on the diagonal keeps its word; its size is the number of rows.${input.calibrationKind === 'identity' ? NO_CALIBRATION : ''}`,
      charts: calibrationCharts(numbers.calibration, input.calibrationKind),
    },
    {
      title: 'Telling the classes apart',
      says: 'Out of fold. On the dashed line the scores say nothing.',
      charts: rankingCharts(input.rows),
    },
    {
      title: 'Confusion',
      says: 'Rows of the matrix are what came true, columns are what was said.',
      charts: [confusionChart(numbers.confusion)],
    },
    {
      title: 'Equity',
      says: 'What the out-of-fold signals would have brought, before any position limit. The gate judges with the full execution policy.',
      charts: [equityChart(numbers.backtest_summary)],
    },
    ...importanceSection(input, numbers),
    {
      title: 'Regimes',
      says: 'The likeliest state of the forward filter at each observation.',
      charts: [regimeChart(input.rows)],
    },
    {
      title: 'Learning',
      says: `Loss on the rows that early stopping watches. The ledger holds ${counted(trials.length, 'trial')} for this exchange and target.`,
      charts: [learningChart(numbers.learning), ...trialsCharts(trials, input.configurationHash)],
    },
  ];
}

function metricsSection(
  { folds, heldOut, calibrationKind }: ReportInput,
  { calibration }: ReportNumbers,
): Section {
  const row = (name: string, metrics: Metrics) => [
    name,
    metrics.rows,
    metrics.log_loss,
    metrics.base_log_loss,
    metrics.brier,
    metrics.ece,
    metrics.macro_f1,
    metrics.auc.sell,
    metrics.auc.buy,
  ];
  return {
    title: 'Numbers',
    says: `Classes ${CLASSES.join(', ')}. Base log-loss is that of always stating the base rates: what there is to beat.`,
    table: {
      head: ['rows judged', 'rows', 'log-loss', 'base', 'Brier', 'ECE', 'F1', 'AUC sell', 'AUC buy'],
      rows: [
        ...(calibrationKind === 'identity'
          ? [row('out of fold', calibration.after)]
          : [
              row('out of fold, calibrated', calibration.after),
              row('out of fold, uncalibrated', calibration.before),
            ]),
        ...(heldOut === null ? [] : [row('held-out sessions', heldOut)]),
        ...folds.map((fold) =>
          row(`fold ${fold.fold}: ${fold.judged_from} to ${fold.judged_to}`, fold.metrics),
        ),
        ...calibration.regimes.map(({ regime, metrics }) => row(`regime ${regime}`, metrics)),
      ],
    },
    charts: [],
  };
}

function importanceSection({ shap }: ReportInput, { importance }: ReportNumbers): Section[] {
  if (shap === null || importance.length === 0) return [];
  return [
    {
      title: 'What matters',
      says: `Exact SHAP values of ${shap.regimes.length} out-of-fold rows, by the bundle that would go live.`,
      charts: [importanceChart(importance), shapChart(shap, importance)],
    },
  ];
}
