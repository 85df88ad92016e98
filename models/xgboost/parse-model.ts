import * as z from 'zod';
import { InvariantViolated } from '../../shared/errors.ts';
import { float32Below } from '../trees/float32-below.ts';
import type { Forest } from '../trees/forest.ts';

// A threshold may be infinite, which zod's own number is not.
const numbers = z.array(z.custom<number>((value) => typeof value === 'number', 'expected a number'));
const treeSchema = z.object({
  left_children: numbers,
  right_children: numbers,
  split_indices: numbers,
  split_conditions: numbers,
  split_type: numbers,
  default_left: numbers,
  sum_hessian: numbers,
});
type Tree = z.infer<typeof treeSchema>;

const count = z.string().regex(/^\d+$/).transform(Number);
const modelSchema = z.object({
  learner: z.object({
    gradient_booster: z.object({
      name: z.literal('gbtree'),
      model: z.object({ tree_info: numbers, trees: z.array(treeSchema) }),
    }),
    learner_model_param: z.object({ base_score: z.string(), num_class: count, num_feature: count }),
  }),
});

/** A model as a forest, and how the library numbers its leaves. */
export interface ParsedModel {
  /** First one tree of a single leaf for each class (or for the one amount), its base score; then the library's trees. */
  readonly forest: Forest;
  /** Per tree of the library: the leaf, counted within its tree, of each node; -1 for a split. */
  readonly leafOfNode: readonly Int32Array[];
}

/**
 * XGBoost's JSON as a forest whose every decision is the library's own: it compares float32 values with `x < t`, which
 * is `x <= t'` for the next smaller t'. Base scores become trees of a single leaf, so that walk, graph and SHAP need to
 * know nothing of them. The cover of a leaf is its sum of Hessians, as in the library's own contributions.
 *
 * @throws InvariantViolated when the model holds what the export cannot carry: categorical splits, other boosters
 */
export function parseModel(text: string): ParsedModel {
  const parsed = modelSchema.safeParse(JSON.parse(withInfinities(text)));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new InvariantViolated(
      `XGBoost model: expected trees of numbers, was at ${path.join('.')}: ${message}`,
    );
  }
  const { gradient_booster, learner_model_param } = parsed.data.learner;
  const { trees, tree_info } = gradient_booster.model;
  const { num_class, num_feature: columns } = learner_model_param;
  // A model of one number says that it has no classes.
  const classes = Math.max(1, num_class);
  trees.forEach(refuseCategories);
  const baseScores = readBaseScores(learner_model_param.base_score, classes);
  const all = [...baseScores.map(stump), ...trees];
  const leafOfNode = all.map(numberLeaves);
  const firstLeaves = starts(all.map((tree) => tree.left_children.filter(isLeaf).length));
  const forest = {
    classes,
    columns,
    treeClasses: Int32Array.from([...baseScores.keys(), ...tree_info]),
    firstLeaves: Int32Array.from(firstLeaves),
    ...joinNodes(all, leafOfNode, firstLeaves),
  };
  return { forest, leafOfNode: leafOfNode.slice(classes) };
}

const isLeaf = (child: number): boolean => child === -1;

/** The library writes float32 infinities as JSON has none; 1e999 is read as one. */
function withInfinities(text: string): string {
  return text.replaceAll(/(?<=[[,:]-?)Infinity(?=[\],}])/g, '1e999');
}

/** One score for all classes, or one each: "[5E-1]" or "[1E-1,5E-1,-6E-1]". */
function readBaseScores(text: string, classes: number): number[] {
  const scores = text.replaceAll(/[[\]]/g, '').split(',').map(Number);
  const all = scores.length === 1 ? Array.from({ length: classes }, () => scores[0] as number) : scores;
  if (all.length === classes && all.every(Number.isFinite)) return all.map(Math.fround);
  throw new InvariantViolated(`XGBoost model: expected ${classes} base scores, was ${text}`);
}

function refuseCategories({ split_type }: Tree, index: number): void {
  if (split_type.every((type) => type === 0)) return;
  throw new InvariantViolated(
    `XGBoost model: expected numerical splits in tree ${index}, was categorical ones`,
  );
}

function stump(score: number): Tree {
  return {
    left_children: [-1],
    right_children: [-1],
    split_indices: [0],
    split_conditions: [score],
    split_type: [0],
    default_left: [0],
    sum_hessian: [1],
  };
}

function numberLeaves({ left_children }: Tree): Int32Array {
  let next = 0;
  return Int32Array.from(left_children, (child) => {
    if (!isLeaf(child)) return -1;
    next += 1;
    return next - 1;
  });
}

function joinNodes(
  trees: readonly Tree[],
  leafOfNode: readonly Int32Array[],
  firstLeaves: readonly number[],
) {
  const splits = trees.flatMap((tree, index) => splitNodes(tree).map((node) => ({ tree, index, node })));
  const firstSplits = starts(trees.map((tree) => splitNodes(tree).length));
  const splitOfNode = trees.map(numberSplits);
  const place = (index: number, node: number): number => {
    const leaf = leafOfNode[index]![node] as number;
    return leaf >= 0 ? ~(leaf + firstLeaves[index]!) : splitOfNode[index]![node]! + firstSplits[index]!;
  };
  const leaves = trees.flatMap((tree) =>
    tree.left_children.flatMap((child, node) => (isLeaf(child) ? [{ tree, node }] : [])),
  );
  return {
    roots: Int32Array.from(trees, (_, index) => place(index, 0)),
    feature: Int32Array.from(splits, ({ tree, node }) => tree.split_indices[node] as number),
    threshold: Float64Array.from(splits, ({ tree, node }) =>
      float32Below(Math.fround(tree.split_conditions[node] as number)),
    ),
    missingLeft: Uint8Array.from(splits, ({ tree, node }) => tree.default_left[node] as number),
    left: Int32Array.from(splits, ({ tree, index, node }) =>
      place(index, tree.left_children[node] as number),
    ),
    right: Int32Array.from(splits, ({ tree, index, node }) =>
      place(index, tree.right_children[node] as number),
    ),
    leafValue: Float64Array.from(leaves, ({ tree, node }) =>
      Math.fround(tree.split_conditions[node] as number),
    ),
    leafCover: Float64Array.from(leaves, ({ tree, node }) => tree.sum_hessian[node] as number),
  };
}

function splitNodes({ left_children }: Tree): number[] {
  return left_children.flatMap((child, node) => (isLeaf(child) ? [] : [node]));
}

function numberSplits(tree: Tree): Int32Array {
  const numbered = new Int32Array(tree.left_children.length);
  splitNodes(tree).forEach((node, at) => {
    numbered[node] = at;
  });
  return numbered;
}

function starts(lengths: readonly number[]): number[] {
  let next = 0;
  return lengths.map((length) => {
    next += length;
    return next - length;
  });
}
