import { InvariantViolated } from '../../shared/errors.ts';
import { linearContributions, readLinear } from '../linear/linear-model.ts';
import { readForest } from '../trees/forest.ts';
import { shapValues } from '../trees/shap.ts';
import { prepareShap } from '../trees/shap-forest.ts';

/** Exact Shapley values of a model's raw scores. */
export interface Explainer {
  /** Expected raw score of each class over the training rows. */
  readonly baseScores: Float64Array;
  /**
   * @param row - float32 values, NaN is missing
   * @returns [classes x columns]; a class's values and its base score add up to its raw score
   */
  contributions(row: Float32Array): Float64Array;
}

/** How each family's bundle is explained: the file it keeps for that, and how it is read. */
const EXPLAINERS: Readonly<
  Record<string, { readonly file: string; readonly open: (text: string) => Explainer }>
> = {
  lightgbm: { file: 'trees.json', open: openTrees },
  xgboost: { file: 'trees.json', open: openTrees },
  linear: { file: 'linear.json', open: openLinear },
};

/**
 * Opens what explains the answers of a family's bundle.
 *
 * @throws InvariantViolated for a family that is not known, or when its file is not in the bundle
 */
export function openExplainer(family: string, files: ReadonlyMap<string, Uint8Array>): Explainer {
  const known = EXPLAINERS[family];
  if (known === undefined) {
    throw new InvariantViolated(
      `family: expected one of ${Object.keys(EXPLAINERS).join(', ')}, was ${family}; it cannot be explained`,
    );
  }
  const bytes = files.get(known.file);
  if (bytes === undefined) {
    throw new InvariantViolated(`${known.file}: expected in a bundle of ${family}, was absent`);
  }
  return known.open(new TextDecoder().decode(bytes));
}

function openTrees(text: string): Explainer {
  const shap = prepareShap(readForest(text));
  return { baseScores: shap.baseScores, contributions: (row) => shapValues(shap, row) };
}

function openLinear(text: string): Explainer {
  const model = readLinear(text);
  return { baseScores: model.bias, contributions: (row) => linearContributions(model, row) };
}
