import { reportPrefix } from '../../shared/domain/lake/paths.ts';
import { counted } from '../../shared/domain/market/counted.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { blockedRowsText } from '../../shared/domain/training/blocked-rows.ts';
import { magnitudeInShort } from '../../shared/domain/training/magnitude/in-short.ts';
import { magnitudeNumbers, magnitudeSections } from '../../shared/domain/training/magnitude/report.ts';
import { page } from '../../shared/domain/training/report/page.ts';
import type { RenderChart } from '../../shared/ports/chart-renderer.ts';
import type { MagnitudeCandidate } from '../../shared/ports/magnitude-trainer.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { TrialLedger } from '../../shared/ports/trial-ledger.ts';

interface Ports {
  readonly bucket: ObjectStore;
  readonly ledger: TrialLedger;
  readonly draw: RenderChart;
}

/**
 * Writes the report of a magnitude's run: the numbers as JSON, then the page `training.html` that shows them.
 * Written again it is the same. @returns the key of the page
 */
export async function storeMagnitudeReport(
  ports: Ports,
  row: ModelVersion,
  candidate: MagnitudeCandidate,
): Promise<string> {
  const { exchange, target, version } = row;
  const prefix = reportPrefix(exchange, target, version);
  const numbers = magnitudeNumbers(candidate.report);
  const files = {
    training_report: candidate.summary,
    auto_ml_summary: { trials: await ports.ledger.all(exchange, target) },
    forecast: { unit: candidate.summary.unit, tenths: numbers.forecast },
    importance: { features: numbers.importance },
    shap: shapFile(candidate),
  };
  for (const [name, content] of Object.entries(files)) {
    await ports.bucket.put(`${prefix}${name}.json`, `${JSON.stringify(content)}\n`);
  }
  const title = `Training run: ${exchange} ${target} ${version}`;
  const sections = magnitudeSections(candidate.report, numbers);
  const html = await page(title, leadOf(row, candidate), sections, ports.draw);
  await ports.bucket.put(`${prefix}training.html`, html);
  return `${prefix}training.html`;
}

/** Rows as arrays, so that anything can read it: [row][feature]. */
function shapFile({ report: { shap } }: MagnitudeCandidate) {
  const { features, regimes, values, contributions } = shap;
  const rowOf = (all: Float64Array, row: number) => [
    ...all.subarray(row * features.length, (row + 1) * features.length),
  ];
  return {
    features,
    regimes,
    values: regimes.map((_, row) => rowOf(values, row)),
    contributions: regimes.map((_, row) => rowOf(contributions, row)),
  };
}

function leadOf(
  { family, feature_set, dataset_version }: ModelVersion,
  { summary, report }: MagnitudeCandidate,
): string {
  const note = summary.exploratory ? ' Exploratory: fewer than five sessions.' : '';
  const blocked = blockedRowsText(summary.blocked_rows);
  return (
    `${magnitudeInShort(report.outOfFold, report.heldOut)} A research candidate: it answers ${summary.unit}, and no stage acts on it. None is distilled out of it: a small model is ` +
    `for the sign-off of what positions rest on. Family ${family}, features ${feature_set}, ` +
    `dataset ${dataset_version}: ${counted(summary.labelled_rows, 'labelled row')}, worth ` +
    `${summary.effective_rows.toFixed(0)} independent ones, ${counted(summary.folds.length, 'fold')}.${blocked && ` ${blocked}.`}${note}`
  );
}
