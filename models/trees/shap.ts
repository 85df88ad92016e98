import { gaussLegendre } from '../../shared/stats/gauss-legendre.ts';
import type { Forest } from './forest.ts';

/**
 * A forest prepared for exact SHAP: each leaf as the box of inputs that reach it. Part p of a leaf
 * is the interval (low, high] of one feature, and the share of training rows that pass its splits.
 */
export interface ShapForest {
  readonly forest: Forest;
  /** Parts of leaf l are firstPart[l] .. firstPart[l + 1] - 1. */
  readonly firstPart: Int32Array;
  readonly leafClass: Int32Array;
  readonly feature: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly takesMissing: Uint8Array;
  readonly share: Float64Array;
  /** Expected raw score per class over the training rows. */
  readonly baseScores: Float64Array;
}

interface Part {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  readonly takesMissing: boolean;
  readonly share: number;
}

/** Prepares a forest; done once per model. */
export function prepareShap(forest: Forest): ShapForest {
  const parts: Part[][] = new Array(forest.leafValue.length);
  const leafClass = new Int32Array(forest.leafValue.length);
  const baseScores = new Float64Array(forest.classes);
  forest.roots.forEach((root, tree) => {
    const treeClass = forest.treeClasses[tree] as number;
    const cover = covers(forest, root);
    const visit = (child: number, path: readonly Part[]): void => {
      if (child >= 0) {
        for (const [next, part] of branches(forest, child, cover)) visit(next, narrow(path, part));
        return;
      }
      parts[~child] = [...path];
      leafClass[~child] = treeClass;
      const reach = path.reduce((product, part) => product * part.share, 1);
      baseScores[treeClass]! += reach * (forest.leafValue[~child] as number);
    };
    visit(root, []);
  });
  return { forest, leafClass, baseScores, ...flatten(parts) };
}

/** Training rows below each child of a tree. */
function covers(forest: Forest, root: number): (child: number) => number {
  const known = new Map<number, number>();
  const fill = (child: number): number => {
    const below =
      child < 0
        ? (forest.leafCover[~child] as number)
        : fill(forest.left[child] as number) + fill(forest.right[child] as number);
    known.set(child, below);
    return below;
  };
  fill(root);
  return (child) => known.get(child) as number;
}

function branches(forest: Forest, node: number, cover: (child: number) => number): [number, Part][] {
  const feature = forest.feature[node] as number;
  const threshold = forest.threshold[node] as number;
  const missingLeft = forest.missingLeft[node] === 1;
  const left = forest.left[node] as number;
  const right = forest.right[node] as number;
  const share = (child: number) => cover(child) / cover(node);
  return [
    [
      left,
      {
        feature,
        low: Number.NEGATIVE_INFINITY,
        high: threshold,
        takesMissing: missingLeft,
        share: share(left),
      },
    ],
    [
      right,
      {
        feature,
        low: threshold,
        high: Number.POSITIVE_INFINITY,
        takesMissing: !missingLeft,
        share: share(right),
      },
    ],
  ];
}

/** A path with one more split: parts of the same feature become one. */
function narrow(path: readonly Part[], part: Part): Part[] {
  const same = path.find(({ feature }) => feature === part.feature);
  if (same === undefined) return [...path, part];
  const joined: Part = {
    feature: part.feature,
    low: Math.max(same.low, part.low),
    high: Math.min(same.high, part.high),
    takesMissing: same.takesMissing && part.takesMissing,
    share: same.share * part.share,
  };
  return path.map((other) => (other === same ? joined : other));
}

function flatten(parts: readonly Part[][]) {
  const flat = parts.flat();
  const firstPart = new Int32Array(parts.length + 1);
  parts.forEach((own, leaf) => {
    firstPart[leaf + 1] = (firstPart[leaf] as number) + own.length;
  });
  return {
    firstPart,
    feature: Int32Array.from(flat, (part) => part.feature),
    low: Float64Array.from(flat, (part) => part.low),
    high: Float64Array.from(flat, (part) => part.high),
    takesMissing: Uint8Array.from(flat, (part) => (part.takesMissing ? 1 : 0)),
    share: Float64Array.from(flat, (part) => part.share),
  };
}

/**
 * Exact Shapley values of a row's raw scores, path-dependent as in Lundberg et al. (2020).
 *
 * A leaf of value v and parts i with indicator o (row inside) and share z gives feature i
 *   v (o_i - z_i) * integral over t in [0, 1] of the product over j != i of (o_j t + z_j (1 - t)),
 * a polynomial that Gauss-Legendre quadrature integrates without error.
 *
 * @param row - float32 values, NaN is missing
 * @returns [classes x columns]; a class's values and its base score add up to its raw score
 */
export function shapValues(shap: ShapForest, row: ArrayLike<number>): Float64Array {
  const { classes, columns, leafValue } = shap.forest;
  const values = new Float64Array(classes * columns);
  for (let leaf = 0; leaf < leafValue.length; leaf += 1) {
    const first = shap.firstPart[leaf] as number;
    const end = shap.firstPart[leaf + 1] as number;
    if (end > first) addLeaf(shap, row, leaf, first, end, values);
  }
  return values;
}

const MOST_PARTS = 64;
const inside = new Float64Array(MOST_PARTS);
const integrals = new Float64Array(MOST_PARTS);

function addLeaf(
  shap: ShapForest,
  row: ArrayLike<number>,
  leaf: number,
  first: number,
  end: number,
  values: Float64Array,
): void {
  const count = end - first;
  for (let at = 0; at < count; at += 1) {
    inside[at] = contains(shap, first + at, row);
    integrals[at] = 0;
  }
  integrate(shap.share, first, count);
  const offset = (shap.leafClass[leaf] as number) * shap.forest.columns;
  const value = shap.forest.leafValue[leaf] as number;
  for (let at = 0; at < count; at += 1) {
    const change = (inside[at] as number) - (shap.share[first + at] as number);
    values[offset + (shap.feature[first + at] as number)]! += value * change * (integrals[at] as number);
  }
}

function contains(shap: ShapForest, part: number, row: ArrayLike<number>): number {
  const x = row[shap.feature[part] as number] as number;
  if (Number.isNaN(x)) return shap.takesMissing[part] as number;
  return x > (shap.low[part] as number) && x <= (shap.high[part] as number) ? 1 : 0;
}

function integrate(share: Float64Array, first: number, count: number): void {
  const { nodes, weights } = gaussLegendre(Math.ceil(count / 2));
  for (let q = 0; q < nodes.length; q += 1) {
    const t = nodes[q] as number;
    let product = weights[q] as number;
    for (let at = 0; at < count; at += 1)
      product *= factor(share[first + at] as number, inside[at] as number, t);
    for (let at = 0; at < count; at += 1) {
      integrals[at]! += product / factor(share[first + at] as number, inside[at] as number, t);
    }
  }
}

function factor(share: number, isInside: number, t: number): number {
  return isInside * t + share * (1 - t);
}
