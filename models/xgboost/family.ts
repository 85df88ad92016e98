import { InvariantViolated } from '../../shared/errors.ts';
import type { Matrix, ModelFamily } from '../../shared/ports/model-family.ts';
import type { Ask, Boosting } from '../boosting/boosting.ts';
import { boostedFamily, type NativePlaces } from '../boosting/family.ts';
import type { TreeOracle } from '../trees/exactness.ts';
import { parameterText, SEARCH_SPACE } from './parameters.ts';
import { type ParsedModel, parseModel } from './parse-model.ts';

/** The library adds up some hundred leaves in float32; each addition may be off by half a unit in the last place. */
const FLOAT32_SUM = 1e-4;

const XGBOOST: Boosting = {
  name: 'xgboost',
  searchSpace: SEARCH_SPACE,
  parameterText,
  weights: averageOne,
  parseModel: (text) => parseModel(text).forest,
  oracle,
};

/**
 * Gradient-boosted trees by XGBoost (hist).
 *
 * @example
 * const family = xgBoostFamily({ searchPath: '/opt/lib', workerFile: '/var/task/worker.js' });
 * const model = await family.fit(request);
 */
export function xgBoostFamily(places: NativePlaces): ModelFamily {
  return boostedFamily(XGBOOST, places);
}

/** Weights with mean 1: `min_child_weight` and `lambda` are sums of them, and only their ratios are to matter. */
function averageOne(weights: Float64Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Float32Array.from(weights, (weight) => weight / mean);
}

/**
 * The library decides which leaves a row falls into; their values are added up here, in double, as the graph does. Its
 * own sum, in float32, has to agree within what float32 can add up.
 */
function oracle(ask: Ask, text: string): TreeOracle {
  let parsed: ParsedModel | undefined;
  const model = (): ParsedModel => {
    parsed ??= parseModel(text);
    return parsed;
  };
  const answered = new WeakMap<Matrix, Promise<Int32Array>>();
  const askLeaves = async (matrix: Matrix): Promise<Int32Array> => {
    const { leafOfNode } = model();
    const nodes = await ask(matrix, 'leaf', leafOfNode.length);
    return withBaseScores(nodes, model(), matrix.rows);
  };
  const leaves = (matrix: Matrix): Promise<Int32Array> => {
    const asked = answered.get(matrix) ?? askLeaves(matrix);
    answered.set(matrix, asked);
    return asked;
  };
  return {
    leaves,
    async rawScores(matrix) {
      const scores = addLeaves(model(), await leaves(matrix), matrix.rows);
      compareSums(scores, await ask(matrix, 'raw', model().forest.classes));
      return scores;
    },
  };
}

/** Leaf numbers within their trees, each class's base score (a tree of one leaf) before the library's trees. */
function withBaseScores(nodes: Float64Array, { forest, leafOfNode }: ParsedModel, rows: number): Int32Array {
  const { classes } = forest;
  const trees = leafOfNode.length;
  const leaves = new Int32Array(rows * (classes + trees));
  for (let row = 0; row < rows; row += 1) {
    for (let tree = 0; tree < trees; tree += 1) {
      const node = nodes[row * trees + tree] as number;
      leaves[row * (classes + trees) + classes + tree] = leafOfNode[tree]![node] as number;
    }
  }
  return leaves;
}

function addLeaves({ forest }: ParsedModel, leaves: Int32Array, rows: number): Float64Array {
  const { classes, treeClasses, firstLeaves, leafValue } = forest;
  const trees = treeClasses.length;
  const scores = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row += 1) {
    for (let tree = 0; tree < trees; tree += 1) {
      const leaf = (leaves[row * trees + tree] as number) + (firstLeaves[tree] as number);
      scores[row * classes + (treeClasses[tree] as number)]! += leafValue[leaf] as number;
    }
  }
  return scores;
}

function compareSums(scores: Float64Array, library: Float64Array): void {
  scores.forEach((score, at) => {
    const difference = Math.abs(score - (library[at] as number)) / Math.max(1, Math.abs(score));
    if (difference <= FLOAT32_SUM) return;
    throw new InvariantViolated(
      `xgboost: expected the library's score ${library[at]} within ${FLOAT32_SUM}, was ${score}`,
    );
  });
}
