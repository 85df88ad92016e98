import { InvariantViolated } from '../../shared/errors.ts';
import type { Matrix } from '../../shared/ports/model-family.ts';
import { type PermutationPlan, permutationParts } from '../imported/permutation.ts';
import { linearOf } from '../linear/linear-model.ts';
import { mixtureParts } from '../mixture/explain.ts';
import { readMixture } from '../mixture/regime-mixture.ts';
import { stackParts } from '../stacked/explain.ts';
import { stackOf } from '../stacked/stack.ts';
import { forestOf } from '../trees/forest.ts';
import { plainParts } from './plain-model.ts';
import type { ScoreParts } from './score-parts.ts';

/** Asks the bundle's own graph for raw scores: [rows x classes]. */
export type AskScores = (matrix: Matrix) => Promise<Float64Array>;

/**
 * Takes a row's raw scores apart, exactly, in Shapley values. Base scores are expectations over the training rows; those
 * of a mixture depend on the row's regime.
 *
 * @param row - float32 values, features then regime probabilities; NaN is missing
 */
export type Explainer = (row: Float32Array) => ScoreParts;

/** The files that can explain a bundle's answers: it has one of them. */
const EXPLAINERS: Readonly<Record<string, (text: string) => Explainer>> = {
  'trees.json': (text) => plainParts({ kind: 'trees', forest: forestOf(JSON.parse(text)) }),
  'linear.json': (text) => plainParts({ kind: 'linear', model: linearOf(JSON.parse(text)) }),
  'mixture.json': (text) => mixtureParts(readMixture(text)),
  'stacked.json': (text) => stackParts(stackOf(JSON.parse(text))),
};

/**
 * Opens what explains the answers of a bundle.
 *
 * @throws InvariantViolated when no such file is in the bundle
 */
export function openExplainer(family: string, files: ReadonlyMap<string, Uint8Array>): Explainer {
  for (const [file, open] of Object.entries(EXPLAINERS)) {
    const bytes = files.get(file);
    if (bytes !== undefined) return open(new TextDecoder().decode(bytes));
  }
  throw new InvariantViolated(
    `${Object.keys(EXPLAINERS).join(' or ')}: expected in a bundle of ${family}, was absent; it cannot be explained`,
  );
}

/** How a bundle's answers are explained: exactly, or by an estimate where its graph cannot be looked into. */
export interface Explaining {
  readonly method: 'exact' | 'permutation';
  readonly parts: (row: Float32Array) => ScoreParts | Promise<ScoreParts>;
}

/** As `openExplainer`, for bundles that keep only what the graph itself can be asked by, too. */
export function openExplaining(
  family: string,
  files: ReadonlyMap<string, Uint8Array>,
  scores: AskScores,
): Explaining {
  const plan = files.get('permutation.json');
  if (plan === undefined) return { method: 'exact', parts: openExplainer(family, files) };
  const read = JSON.parse(new TextDecoder().decode(plan)) as PermutationPlan;
  return { method: 'permutation', parts: permutationParts(read, scores) };
}
