import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import { counted } from '../../shared/domain/market/counted.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { blockedRowsText } from '../../shared/domain/training/blocked-rows.ts';
import { topFeatures } from '../../shared/domain/training/report/importance.ts';
import { inShort } from '../../shared/domain/training/report/in-short.ts';
import { page } from '../../shared/domain/training/report/page.ts';
import {
  type ReportInput,
  type ReportNumbers,
  reportNumbers,
  reportSections,
} from '../../shared/domain/training/report/training-report.ts';
import type { Trial } from '../../shared/domain/training/trial.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { SoleCandidate } from '../../shared/ports/model-trainer.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { TrialLedger } from '../../shared/ports/trial-ledger.ts';

/** Features of each regime that a risk officer is shown. */
const SIGNED_OFF = 20;

interface Ports {
  readonly bucket: ObjectStore;
  readonly ledger: TrialLedger;
  readonly draw: RenderChart;
  /** The k of the gate's Precision@TopK. */
  readonly topK: number;
}

/**
 * Writes the run's report beside its verdict: the numbers as JSON, then the page `training.html` that shows them.
 * Written again it is the same. @returns the key of the page
 */
export async function storeReport(
  ports: Ports,
  row: ModelVersion,
  candidate: SoleCandidate,
): Promise<string> {
  const prefix = reportPrefix(row.exchange, row.target, row.version);
  const trials = await ports.ledger.all(row.exchange, row.target);
  const numbers = reportNumbers(candidate.report, ports.topK);
  for (const [name, content] of Object.entries(numberFiles(candidate, numbers, trials))) {
    await ports.bucket.put(`${prefix}${name}.json`, `${JSON.stringify(content)}\n`);
  }
  const sections = reportSections(candidate.report, numbers, trials);
  const html = await page(titleOf(row), leadOf(row, candidate), sections, ports.draw);
  await ports.bucket.put(`${prefix}training.html`, html);
  return `${prefix}training.html`;
}

function numberFiles({ summary, report }: SoleCandidate, numbers: ReportNumbers, trials: readonly Trial[]) {
  return {
    training_report: {
      ...summary,
      top_k: numbers.top_k,
      scores: numbers.scores,
      distilled: report.distilled,
    },
    auto_ml_summary: { trials },
    backtest_summary: numbers.backtest_summary,
    calibration: numbers.calibration,
    confusion: numbers.confusion,
    importance: {
      features: numbers.importance,
      top_by_regime: topFeatures(numbers.importance, SIGNED_OFF),
      drivers_stability: numbers.stability,
    },
    shap: shapFile(report),
  };
}

/** Rows as arrays, so that anything can read it: [row][class][feature]. */
function shapFile({ shap }: ReportInput) {
  if (shap === null) return null;
  const { features, regimes } = shap;
  const slice = (values: Float64Array, at: number) => [
    ...values.subarray(at * features.length, (at + 1) * features.length),
  ];
  return {
    features,
    regimes,
    values: regimes.map((_, row) => slice(shap.values, row)),
    contributions: regimes.map((_, row) => [0, 1, 2].map((at) => slice(shap.contributions, row * 3 + at))),
  };
}

function titleOf({ exchange, target, version }: ModelVersion): string {
  return `Training run: ${exchange} ${target} ${version}`;
}

function leadOf(
  { family, feature_set, dataset_version, distilled_of }: ModelVersion,
  candidate: SoleCandidate,
): string {
  const { summary } = candidate;
  const note = summary.exploratory ? ' Exploratory: fewer than five sessions, the gate refuses it.' : '';
  const blocked = blockedRowsText(summary.blocked_rows);
  const distilled = distilled_of === undefined ? '' : ` Distilled out of ${distilled_of}.`;
  const regimes = regimesText(summary);
  return (
    `${shortly(candidate)} Family ${family}, features ${feature_set}, dataset ${dataset_version}: ${counted(summary.labelled_rows, 'labelled row')}, ` +
    `worth ${summary.effective_rows.toFixed(0)} independent ones, ${counted(summary.folds.length, 'fold')}.${blocked && ` ${blocked}.`}${regimes}${distilled}${note}`
  );
}

function shortly({ summary, outOfFold, holdout, report }: SoleCandidate): string {
  const heldOut = summary.held_out === null ? null : { metrics: summary.held_out, ...holdout };
  return inShort({ metrics: summary.out_of_fold, ...outOfFold }, heldOut, report.costReturn);
}

/** Nothing where one model for all regimes was asked for. */
function regimesText({ per_regime, model }: SoleCandidate['summary']): string {
  if (per_regime === 'not asked for') return '';
  if (per_regime === 'one model')
    return ' One model for all regimes: in some fold none had enough rows of every class for its own.';
  return ` ${counted(Number(model['members']), 'model')}, mixed by the chances of the regimes.`;
}
