import { gaussLegendre } from '../../shared/stats/gauss-legendre.ts';
import type { Forest } from './forest.ts';

/**
 * A forest prepared for exact SHAP. Edges lead from a split to a child; those of a tree stand together, parents before
 * children. On the way down an edge's feature has a part: whether the row is inside all its splits so far, and the share
 * z of training rows that pass them. An earlier edge of the same feature is its `earlier` edge, which it replaces.
 *
 * Per edge and quadrature node t there are three coefficients, which depend on the tree alone:
 *
 * - `insideStep`: t + z (1 - t), over that of the earlier edge
 * - `outsideStep`: z (1 - t), over t + z' (1 - t) of the earlier edge
 * - `insideWeight`: the node's weight times (1 - z) / (t + z (1 - t))
 */
export interface ShapForest {
  readonly forest: Forest;
  /** Expected raw score per class over the training rows. */
  readonly baseScores: Float64Array;
  /** Edges of tree n are firstEdge[n] .. firstEdge[n + 1] - 1. */
  readonly firstEdge: Int32Array;
  /** Nodes of the quadrature that is exact for a tree: half its most different features on a path. */
  readonly order: Int32Array;
  /** Where a tree's coefficients begin; its edges have `order` each. */
  readonly firstCoefficient: Int32Array;
  readonly split: Int32Array;
  /** 1 for the left child. */
  readonly isLeft: Uint8Array;
  /** Edges counted within the tree; -1 for none. */
  readonly parent: Int32Array;
  readonly earlier: Int32Array;
  /** The leaf it leads to, or -1. */
  readonly leaf: Int32Array;
  /** Share of the training rows at the split that take this edge. */
  readonly share: Float64Array;
  readonly insideStep: Float64Array;
  readonly outsideStep: Float64Array;
  readonly insideWeight: Float64Array;
}

interface Edge {
  readonly split: number;
  readonly isLeft: boolean;
  readonly parent: number;
  readonly earlier: number;
  readonly leaf: number;
  readonly share: number;
  /** Share of the training rows that pass all splits of its feature so far. */
  readonly passed: number;
  /** Different features on the path. */
  readonly features: number;
}

/** Prepares a forest; done once per model. */
export function prepareShap(forest: Forest): ShapForest {
  const trees = Array.from(forest.roots, (root) => edgesOf(forest, root));
  const edges = trees.flat();
  const order = Int32Array.from(trees, (own) =>
    Math.ceil(own.reduce((most, { features }) => Math.max(most, features), 0) / 2),
  );
  return {
    forest,
    baseScores: expectedScores(forest, trees),
    order,
    firstEdge: starts(trees.map((own) => own.length)),
    firstCoefficient: starts(trees.map((own, tree) => own.length * (order[tree] as number))),
    split: Int32Array.from(edges, ({ split }) => split),
    isLeft: Uint8Array.from(edges, ({ isLeft }) => (isLeft ? 1 : 0)),
    parent: Int32Array.from(edges, ({ parent }) => parent),
    earlier: Int32Array.from(edges, ({ earlier }) => earlier),
    leaf: Int32Array.from(edges, ({ leaf }) => leaf),
    share: Float64Array.from(edges, ({ share }) => share),
    ...coefficients(trees, order),
  };
}

/** A tree's edges, parents before children. */
function edgesOf(forest: Forest, root: number): Edge[] {
  const edges: Edge[] = [];
  const cover = covers(forest, root);
  const visit = (node: number, parent: number, features: number, last: ReadonlyMap<number, number>): void => {
    const feature = forest.feature[node] as number;
    for (const isLeft of [true, false]) {
      const child = (isLeft ? forest.left[node] : forest.right[node]) as number;
      const earlier = last.get(feature) ?? -1;
      const share = cover(node) > 0 ? cover(child) / cover(node) : 0;
      const passed = earlier < 0 ? share : share * (edges[earlier] as Edge).passed;
      const own = features + (earlier < 0 ? 1 : 0);
      const leaf = child < 0 ? ~child : -1;
      const at = edges.push({ split: node, isLeft, parent, earlier, leaf, share, passed, features: own }) - 1;
      if (child >= 0) visit(child, at, own, new Map(last).set(feature, at));
    }
  };
  if (root >= 0) visit(root, -1, 0, new Map());
  return edges;
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

function expectedScores(forest: Forest, trees: readonly (readonly Edge[])[]): Float64Array {
  const scores = new Float64Array(forest.classes);
  trees.forEach((edges, tree) => {
    const own = forest.treeClasses[tree] as number;
    const root = forest.roots[tree] as number;
    if (root < 0) scores[own]! += forest.leafValue[~root] as number;
    const reach: number[] = [];
    for (const { parent, share, leaf } of edges) {
      const passed = share * (parent < 0 ? 1 : (reach[parent] as number));
      reach.push(passed);
      if (leaf >= 0) scores[own]! += passed * (forest.leafValue[leaf] as number);
    }
  });
  return scores;
}

function coefficients(trees: readonly (readonly Edge[])[], order: Int32Array) {
  const length = trees.reduce((sum, edges, tree) => sum + edges.length * (order[tree] as number), 0);
  const insideStep = new Float64Array(length);
  const outsideStep = new Float64Array(length);
  const insideWeight = new Float64Array(length);
  let at = 0;
  trees.forEach((edges, tree) => {
    if (edges.length === 0) return;
    const { nodes, weights } = gaussLegendre(order[tree] as number);
    for (const { earlier, passed } of edges) {
      const before = earlier < 0 ? null : (edges[earlier] as Edge).passed;
      nodes.forEach((t, q) => {
        const inside = t + passed * (1 - t);
        const replaced = before === null ? 1 : t + before * (1 - t);
        insideStep[at] = inside / replaced;
        outsideStep[at] = (passed * (1 - t)) / replaced;
        insideWeight[at] = ((weights[q] as number) * (1 - passed)) / inside;
        at += 1;
      });
    }
  });
  return { insideStep, outsideStep, insideWeight };
}

/** Where each of several runs of the given lengths begins, and where the last one ends. */
function starts(lengths: readonly number[]): Int32Array {
  const first = new Int32Array(lengths.length + 1);
  lengths.forEach((length, at) => {
    first[at + 1] = (first[at] as number) + length;
  });
  return first;
}
