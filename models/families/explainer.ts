import { InvariantViolated } from '../../shared/errors.ts';
import { linearContributions, readLinear } from '../linear/linear-model.ts';
import { mixtureParts } from '../mixture/explain.ts';
import { readMixture } from '../mixture/regime-mixture.ts';
import { readForest } from '../trees/forest.ts';
import { shapValues } from '../trees/shap.ts';
import { prepareShap } from '../trees/shap-forest.ts';
import type { ScoreParts } from './score-parts.ts';

/**
 * Takes a row's raw scores apart, exactly, in Shapley values. Base scores are expectations over the training rows; those
 * of a mixture depend on the row's regime.
 *
 * @param row - float32 values, features then regime probabilities; NaN is missing
 */
export type Explainer = (row: Float32Array) => ScoreParts;

/** The files that can explain a bundle's answers: it has one of them. */
const EXPLAINERS: Readonly<Record<string, (text: string) => Explainer>> = {
  'trees.json': openTrees,
  'linear.json': openLinear,
  'mixture.json': (text) => mixtureParts(readMixture(text)),
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

function openTrees(text: string): Explainer {
  const shap = prepareShap(readForest(text));
  return (row) => ({ baseScores: shap.baseScores, contributions: shapValues(shap, row) });
}

function openLinear(text: string): Explainer {
  const model = readLinear(text);
  return (row) => ({ baseScores: model.bias, contributions: linearContributions(model, row) });
}
