import { counted } from '../../market/counted.ts';
import type { Section } from './page.ts';
import type { JudgedModel, Score } from './scores.ts';

/** The second candidate of a run, on the few features that the full one rests on. */
export interface DistilledReport {
  readonly version: string;
  /** Its name among the models of the run. */
  readonly model: string;
  /** Features taken from each regime. */
  readonly per_regime: number;
  /** By regime, the most important first. */
  readonly by_regime: Readonly<Record<string, readonly string[]>>;
  /** Their union: all that the distilled candidate looks at, beside the regime. */
  readonly features: readonly string[];
}

/** The features for risk to sign off, regime by regime, and what a model of these alone loses; none without one. */
export function distilledSections(
  distilled: DistilledReport | null,
  models: readonly JudgedModel[],
  scores: readonly Score[],
): Section[] {
  const [full] = models;
  const small = models.find(({ name }) => name === distilled?.model);
  if (distilled === null || full === undefined || small === undefined) return [];
  const { per_regime, features, by_regime, version } = distilled;
  return [
    {
      title: 'The few features for risk to sign off',
      says:
        `The ${per_regime} features that matter most in each regime, ${features.length} in all, chosen by exact SHAP values on rows that were ` +
        `learnt from. ${version} was trained on these alone by the same procedure (in every fold on those of the fold's own ` +
        `model) and is a candidate of its own. ${lossWords(full, small, scores)} The regime itself is told by its own inputs.`,
      table: {
        head: ['regime', 'features, the most important first'],
        rows: Object.entries(by_regime).map(([regime, names]) => [`regime ${regime}`, names.join(', ')]),
      },
      charts: [],
    },
  ];
}

/** What is lost with the other features, out of fold. */
function lossWords(full: JudgedModel, small: JudgedModel, scores: readonly Score[]): string {
  const of = ({ name }: JudgedModel) =>
    scores.find(({ model, rows_judged }) => model === name && rows_judged === 'all') as Score;
  const [before, after] = [of(full), of(small)];
  const points = ({ netUtility }: JudgedModel) =>
    netUtility === null ? 'no trade' : `${(netUtility * 10_000).toFixed(2)} basis points a trade`;
  return (
    `Out of fold, ${counted(small.features, 'feature')} instead of ${full.features} give a log-loss of ${after.log_loss.toFixed(4)} instead of ` +
    `${before.log_loss.toFixed(4)} and ${points(small)} instead of ${points(full)}, net.`
  );
}
