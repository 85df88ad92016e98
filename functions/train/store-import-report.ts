import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import { counted } from '../../shared/domain/market/counted.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { BlockedRows } from '../../shared/domain/training/blocked-rows.ts';
import type { ImportedFrom } from '../../shared/domain/training/bundle.ts';
import { CALIBRATION_KINDS, type CalibrationKind } from '../../shared/domain/training/calibration.ts';
import { CLASS_COUNT, classOfTarget } from '../../shared/domain/training/classes.ts';
import type { Metrics } from '../../shared/domain/training/metrics.ts';
import { calibrationCharts } from '../../shared/domain/training/report/calibration-charts.ts';
import { calibrationReport } from '../../shared/domain/training/report/calibration-report.ts';
import { confusionChart, foldConfusions } from '../../shared/domain/training/report/confusion-chart.ts';
import { equityChart, outOfFoldEquity } from '../../shared/domain/training/report/equity-chart.ts';
import { page, type Section, type Table } from '../../shared/domain/training/report/page.ts';
import { rankingCharts } from '../../shared/domain/training/report/ranking-charts.ts';
import { regimeChart } from '../../shared/domain/training/report/regime-chart.ts';
import type { ReportRows } from '../../shared/domain/training/report/report-rows.ts';
import { type Score, scoresOf } from '../../shared/domain/training/report/scores.ts';
import { scoresSection } from '../../shared/domain/training/report/scores-section.ts';
import type { Trial } from '../../shared/domain/training/trial.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { ExactnessReport } from '../../shared/ports/model-family.ts';
import type { CandidateOptions, ScoredColumns } from '../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';

/** What an import leaves for people. */
export interface ImportedRun {
  readonly holdout: ScoredColumns;
  readonly summary: {
    readonly imported: ImportedFrom;
    readonly tuning_sessions: readonly string[];
    readonly held_out_sessions: readonly string[];
    readonly thresholds: string;
    readonly blocked_rows: BlockedRows;
    readonly tuning: Metrics | null;
    readonly held_out: Metrics;
    readonly exactness: ExactnessReport;
    readonly trial: Trial;
  };
}

interface Ports {
  readonly bucket: ObjectStore;
  readonly draw: RenderChart;
  /** The k of the gate's Precision@TopK. */
  readonly topK: number;
  readonly options: Partial<CandidateOptions>;
}

/** Writes what is known of an import as JSON and as the page `import.html`. @returns the key of the page */
export async function storeImportReport(ports: Ports, row: ModelVersion, run: ImportedRun): Promise<string> {
  const prefix = reportPrefix(row.exchange, row.target, row.version);
  const scores = heldOutScores(row.family, run.holdout, ports.topK);
  const numbers = { ...run.summary, top_k: ports.topK, scores };
  await ports.bucket.put(`${prefix}import_report.json`, `${JSON.stringify(numbers)}\n`);
  const title = `Imported model: ${row.exchange} ${row.target} ${row.version}`;
  const html = await page(title, leadOf(row, run), sectionsOf(run, scores, ports), ports.draw);
  await ports.bucket.put(`${prefix}import.html`, html);
  return `${prefix}import.html`;
}

function leadOf({ family, feature_set, dataset_version }: ModelVersion, { summary }: ImportedRun): string {
  const { by, trained_through } = summary.imported;
  return (
    `Family ${family}, features ${feature_set}, brought by ${by}. It was made elsewhere: that it saw nothing after ` +
    `${trained_through} is its maker's word. Judged on ${counted(summary.held_out_sessions.length, 'session')} of dataset ` +
    `${dataset_version}. There are no walk-forward scores, and no trials that it was chosen among can be looked at.`
  );
}

function sectionsOf(
  { holdout, summary }: ImportedRun,
  scores: readonly Score[],
  { topK, options: { costReturn = 0 } }: Ports,
): Section[] {
  const rows = reportRows(holdout);
  const calibration = calibrationReport(rows, 'identity', onlyIdentity(summary.held_out.log_loss));
  return [
    { title: 'What was brought', says: summary.imported.notes, table: lineageTable(summary), charts: [] },
    numbersSection(summary, scores, topK),
    {
      title: 'Calibration',
      says: 'Of the held-out sessions, as the model says it: nothing was calibrated here.',
      charts: calibrationCharts(calibration, 'identity'),
    },
    {
      title: 'Telling the classes apart',
      says: 'On the dashed line the scores say nothing.',
      charts: rankingCharts(rows),
    },
    {
      title: 'Confusion',
      says: 'Rows of the matrix are what came true, columns are what was said.',
      charts: [confusionChart(foldConfusions(rows))],
    },
    {
      title: 'Equity',
      says: 'What the signals of the held-out sessions would have brought, before any position limit.',
      charts: [equityChart(outOfFoldEquity(rows, costReturn))],
    },
    {
      title: 'Regimes',
      says: 'The likeliest state of the forward filter at each observation.',
      charts: [regimeChart(rows)],
    },
  ];
}

/** Nothing was calibrated here, so that no other kind has a loss. */
function onlyIdentity(logLoss: number): Record<CalibrationKind, number> {
  const all = CALIBRATION_KINDS.map((kind) => [kind, kind === 'identity' ? logLoss : Number.NaN]);
  return Object.fromEntries(all) as Record<CalibrationKind, number>;
}

function reportRows(holdout: ScoredColumns): ReportRows {
  const { sell, hold, buy } = holdout;
  const probabilities = Float64Array.from({ length: sell.length * CLASS_COUNT }, (_, at) => {
    const row = Math.floor(at / CLASS_COUNT);
    return [sell, hold, buy][at % CLASS_COUNT]?.[row] as number;
  });
  return {
    timestampsMs: holdout.timestamp_ms,
    sessions: holdout.session,
    folds: holdout.fold,
    regimes: holdout.regime,
    labels: Int32Array.from(holdout.target, (target) => classOfTarget(target as number)),
    uncalibrated: probabilities,
    calibrated: probabilities,
    positions: holdout.position,
    forwardReturns: holdout.forward_return,
    prices: holdout.price,
  };
}

function lineageTable({ imported, exactness }: ImportedRun['summary']): Table {
  const { files, made_with, configurations_tried } = imported;
  return {
    head: ['what', 'is'],
    rows: [
      ...Object.entries(files).map(([name, hash]) => [`SHA-256 of ${name}`, hash]),
      ...Object.entries(made_with).map(([name, version]) => [`made with ${name}`, version]),
      ['configurations tried elsewhere', configurations_tried ?? 'not stated'],
      [
        'answers compared with the files brought',
        `${exactness.ordinaryRows} ordinary and ${exactness.adversarialRows} adversarial rows, ` +
          `within ${exactness.worstProbabilityDifference.toExponential(1)}`,
      ],
    ],
  };
}

function thresholdsText({ thresholds, tuning_sessions: sessions }: ImportedRun['summary']): string {
  const where =
    sessions.length === 0
      ? 'no session was left to measure them on'
      : `measured on ${counted(sessions.length, 'session')} after its training, ${sessions[0]} to ${sessions.at(-1)}; those sessions are not judged`;
  return `Thresholds ${thresholds}, ${where}.`;
}

/** On the sessions kept back, all and by regime; an import has no folds. */
function heldOutScores(family: string, holdout: ScoredColumns, topK: number): Score[] {
  const { sessions, folds, regimes, labels, calibrated } = reportRows(holdout);
  const outOfFold = { sessions, folds, regimes, labels, probabilities: calibrated };
  const model = { name: family, features: 0, outOfFold, heldOut: null, netUtility: null };
  const scores = scoresOf(model, topK);
  return scores.flatMap((score) => {
    if (score.rows_judged === 'all') return [{ ...score, rows_judged: 'held out' as const }];
    return score.rows_judged === 'regime' ? [score] : [];
  });
}

function numbersSection(
  { tuning, ...summary }: ImportedRun['summary'],
  scores: readonly Score[],
  topK: number,
): Section {
  const [heldOut] = scores as [Score];
  const forThresholds = tuning && { ...heldOut, ...tuning, precision_at_top_k: null };
  const more = forThresholds ? [['sessions for the thresholds', forThresholds] as const] : [];
  const section = scoresSection('Numbers', scores, [], topK, more);
  return { ...section, says: `${thresholdsText({ tuning, ...summary })} ${section.says}` };
}
