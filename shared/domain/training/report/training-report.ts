import { counted } from '../../market/counted.ts';
import type { CalibrationKind } from '../calibration.ts';
import type { CombinatorialSummary } from '../combinatorial-summary.ts';
import type { Trial } from '../trial.ts';
import { type CalibrationReport, calibrationReport } from './calibration-report.ts';
import { calibrationSections } from './calibration-section.ts';
import { combinatorialSections } from './combinatorial-section.ts';
import { confusionChart, type FoldConfusion, foldConfusions } from './confusion-chart.ts';
import { type DistilledReport, distilledSections } from './distilled-section.ts';
import { type EquityPoint, equityChart, outOfFoldEquity } from './equity-chart.ts';
import { type FeatureImportance, importances, type ShapSample } from './importance.ts';
import { importanceChart, regimeImportanceChart, shapChart } from './importance-charts.ts';
import { type LearningCurve, learningChart } from './learning-chart.ts';
import type { Section } from './page.ts';
import { rankingCharts } from './ranking-charts.ts';
import { regimeChart } from './regime-chart.ts';
import type { ReportRows } from './report-rows.ts';
import { type JudgedModel, type Score, scoresOf } from './scores.ts';
import { type FoldDates, modelsSection, scoresSection } from './scores-section.ts';
import { type DriverStability, driverStability, type FoldDrivers } from './stability.ts';
import { stabilitySections } from './stability-chart.ts';
import { trialsCharts } from './trials-chart.ts';

/** What a run knows of itself. */
export interface ReportInput {
  readonly rows: ReportRows;
  /** Which calibration was chosen; after `identity` the calibrated rows are the uncalibrated ones. */
  readonly calibrationKind: CalibrationKind;
  /** Out-of-fold log-loss of every kind. */
  readonly calibrationLogLosses: Readonly<Record<CalibrationKind, number>>;
  /** Null for a family that is not explained by SHAP. */
  readonly shap: ShapSample | null;
  /** What each fold's own model rests on; none for a family that is not explained. */
  readonly drivers: readonly FoldDrivers[];
  readonly learning: readonly LearningCurve[];
  readonly folds: readonly FoldDates[];
  /** The candidate first, then what else the run judged on the same rows. */
  readonly models: readonly JudgedModel[];
  /** Null where no second candidate was trained. */
  readonly distilled: DistilledReport | null;
  /** Backtest paths of the chosen configuration; nothing is shown when left out. */
  readonly combinatorial?: CombinatorialSummary | undefined;
  readonly costReturn: number;
  readonly configurationHash: string;
}

/** The numbers behind the pictures, one JSON file each. */
export interface ReportNumbers {
  /** Every model's metrics, on all rows, by fold, by regime and by both. */
  readonly scores: readonly Score[];
  /** Surest directions of a session that Precision@TopK looks at. */
  readonly top_k: number;
  readonly calibration: CalibrationReport;
  readonly backtest_summary: readonly EquityPoint[];
  readonly confusion: readonly FoldConfusion[];
  readonly importance: readonly FeatureImportance[];
  /** Null where nothing was explained. */
  readonly stability: DriverStability | null;
  readonly learning: readonly LearningCurve[];
}

/** @param topK - the k of Precision@TopK: the gate's, so that both say the same */
export function reportNumbers(input: ReportInput, topK: number): ReportNumbers {
  return {
    scores: input.models.flatMap((model) => scoresOf(model, topK)),
    top_k: topK,
    calibration: calibrationReport(input.rows, input.calibrationKind, input.calibrationLogLosses),
    backtest_summary: outOfFoldEquity(input.rows, input.costReturn),
    confusion: foldConfusions(input.rows),
    importance: input.shap === null ? [] : importances(input.shap),
    stability: input.drivers.length === 0 ? null : driverStability(input.drivers),
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
    candidateSection(input, numbers),
    ...modelsSection(input.models, numbers.scores, numbers.top_k),
    ...distilledSections(input.distilled, input.models, numbers.scores),
    ...calibrationSections(numbers.calibration),
    {
      title: 'How well the classes are told apart',
      says: 'Out of fold. The further a curve bends away from the dashed line, the better its class is told from the others; on the line the scores say nothing. The right picture begins with the surest rows: where it falls fast, only few signals can be relied on.',
      charts: rankingCharts(input.rows),
    },
    {
      title: 'What was said and what came true',
      says: 'Rows of the matrix are what came true, columns are what was said; dark on the diagonal is right. Folds that look unlike each other had different markets, or a model that does not last.',
      charts: [confusionChart(numbers.confusion)],
    },
    {
      title: 'What the signals would have brought',
      says: 'The out-of-fold signals, every one acted on, before any position limit. The thresholds were chosen on these same rows, which flatters: the gate judges the sessions kept back, with the full execution policy.',
      charts: [equityChart(numbers.backtest_summary)],
    },
    ...combinatorialSections(input.combinatorial),
    ...importanceSection(input, numbers),
    ...stabilitySections(numbers.stability),
    {
      title: 'When which regime ruled',
      says: 'The likeliest state of the forward filter at each out-of-fold row, by what was known then. Regimes are ordered from calm to wild; time between sessions is left out.',
      charts: [regimeChart(input.rows)],
    },
    {
      title: 'How learning went, and what else was tried',
      says: `Loss on the rows that early stopping watches: a curve still falling at its end wanted more rounds, one that rises was stopped there. The ledger holds ${counted(trials.length, 'trial')} for this exchange and target.`,
      charts: [learningChart(numbers.learning), ...trialsCharts(trials, input.configurationHash)],
    },
  ];
}

/** The candidate's own numbers, the uncalibrated ones among them where calibration changed any. */
function candidateSection(
  { rows, folds, models, calibrationKind }: ReportInput,
  numbers: ReportNumbers,
): Section {
  const [candidate] = models as [JudgedModel];
  const own = numbers.scores.filter(({ model }) => model === candidate.name);
  const before = { ...candidate.outOfFold, probabilities: rows.uncalibrated };
  const [uncalibrated] = scoresOf({ ...candidate, outOfFold: before, heldOut: null }, numbers.top_k);
  const more =
    calibrationKind === 'identity' ? [] : [['out of fold, before calibration', uncalibrated] as const];
  return scoresSection('How good the scores are', own, folds, numbers.top_k, more as [string, Score][]);
}

function importanceSection({ shap }: ReportInput, { importance }: ReportNumbers): Section[] {
  if (shap === null || importance.length === 0) return [];
  return [
    {
      title: 'Which features matter',
      says: `Exact SHAP values of ${shap.regimes.length} out-of-fold rows, by the bundle that would go live: how far a feature moves a raw score. Below, each point is a row; right pushes to BUY, red is a high value of the feature.`,
      charts: [importanceChart(importance), regimeImportanceChart(importance), shapChart(shap, importance)],
    },
  ];
}
