import { int, ints, node, tensorAttribute } from '../onnx/build.ts';
import { INPUTS, RAW_SCORES, type ScoreGraph } from '../onnx/classifier.ts';
import type { Forest } from './forest.ts';

const ML_DOMAIN = 'ai.onnx.ml';
const BRANCH_LEQ = 0;
const SUM = 1;
const NO_POST_TRANSFORM = 0;

/**
 * A forest as one TreeEnsemble node (ai.onnx.ml opset 5) in double: thresholds and leaves as they are.
 * A tree that is a single leaf becomes a node whose two branches are that leaf.
 */
export function forestGraph(forest: Forest): ScoreGraph {
  return { columns: forest.columns, node: [treeEnsemble(forest)], initializer: [] };
}

function treeEnsemble(forest: Forest) {
  const { feature, threshold, missingLeft, left, right, leafValue, roots } = withStumps(forest);
  const isLeaf = (child: number) => (child < 0 ? 1 : 0);
  const place = (child: number) => (child < 0 ? ~child : child);
  return node(
    'TreeEnsemble',
    [INPUTS],
    RAW_SCORES,
    [
      int('aggregate_function', SUM),
      int('post_transform', NO_POST_TRANSFORM),
      int('n_targets', forest.classes),
      ints('tree_roots', roots),
      ints('nodes_featureids', feature),
      tensorAttribute('nodes_splits', threshold),
      tensorAttribute('nodes_modes', new Uint8Array(feature.length).fill(BRANCH_LEQ)),
      ints('nodes_missing_value_tracks_true', missingLeft),
      ints('nodes_truenodeids', left.map(place)),
      ints('nodes_trueleafs', left.map(isLeaf)),
      ints('nodes_falsenodeids', right.map(place)),
      ints('nodes_falseleafs', right.map(isLeaf)),
      ints('leaf_targetids', leafTargets(forest)),
      tensorAttribute('leaf_weights', leafValue),
    ],
    ML_DOMAIN,
  );
}

function leafTargets(forest: Forest): Int32Array {
  const targets = new Int32Array(forest.leafValue.length);
  forest.firstLeaves.forEach((first, tree) => {
    targets.fill(forest.treeClasses[tree] as number, first);
  });
  return targets;
}

/** The forest with a node for each tree that is a leaf, after all other nodes. */
function withStumps(forest: Forest): Forest {
  const leaves = forest.roots.filter((root) => root < 0);
  if (leaves.length === 0) return forest;
  const nodes = forest.feature.length;
  const longer = <T extends Int32Array | Uint8Array | Float64Array>(values: T, added: T): T => {
    const all = values.constructor as new (length: number) => T;
    const result = new all(nodes + leaves.length);
    result.set(values);
    result.set(added, nodes);
    return result;
  };
  let next = nodes;
  return {
    ...forest,
    roots: forest.roots.map((root) => (root < 0 ? next++ : root)),
    feature: longer(forest.feature, new Int32Array(leaves.length)),
    threshold: longer(forest.threshold, new Float64Array(leaves.length)),
    missingLeft: longer(forest.missingLeft, new Uint8Array(leaves.length)),
    left: longer(forest.left, leaves),
    right: longer(forest.right, leaves),
  };
}
