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

/** Prepares a forest; done once per model, while the first question may be waiting. */
export function prepareShap(forest: Forest): ShapForest {
  const cover = covers(forest);
  const last = new Int32Array(forest.columns).fill(-1);
  const trees = Array.from(forest.roots, (root) => edgesOf(forest, root, cover, last));
  const order = Int32Array.from(trees, (own) =>
    Math.ceil(own.reduce((most, { features }) => Math.max(most, features), 0) / 2),
  );
  return {
    forest,
    baseScores: expectedScores(forest, trees),
    order,
    firstEdge: starts(trees.map((own) => own.length)),
    firstCoefficient: starts(trees.map((own, tree) => own.length * (order[tree] as number))),
    ...columns(trees.flat()),
    ...coefficients(trees, order),
  };
}

/** A tree's edges, parents before children; `last` has no edge of any feature, and has none again afterwards. */
function edgesOf(forest: Forest, root: number, cover: Float64Array, last: Int32Array): Edge[] {
  const edges: Edge[] = [];
  const visit = (node: number, parent: number, features: number): void => {
    const feature = forest.feature[node] as number;
    const earlier = last[feature] as number;
    const before = earlier < 0 ? 1 : (edges[earlier] as Edge).passed;
    const own = features + (earlier < 0 ? 1 : 0);
    const covered = cover[node] as number;
    for (const isLeft of [true, false]) {
      const child = (isLeft ? forest.left[node] : forest.right[node]) as number;
      const share = covered > 0 ? coverOf(forest, cover, child) / covered : 0;
      const leaf = child < 0 ? ~child : -1;
      const edge = {
        split: node,
        isLeft,
        parent,
        earlier,
        leaf,
        share,
        passed: share * before,
        features: own,
      };
      const at = edges.push(edge) - 1;
      if (child < 0) continue;
      last[feature] = at;
      visit(child, at, own);
    }
    last[feature] = earlier;
  };
  if (root >= 0) visit(root, -1, 0);
  return edges;
}

/** Training rows at each split. */
function covers(forest: Forest): Float64Array {
  const cover = new Float64Array(forest.left.length);
  const fill = (node: number): void => {
    const [left, right] = [forest.left[node] as number, forest.right[node] as number];
    if (left >= 0) fill(left);
    if (right >= 0) fill(right);
    cover[node] = coverOf(forest, cover, left) + coverOf(forest, cover, right);
  };
  for (const root of forest.roots) if (root >= 0) fill(root);
  return cover;
}

function coverOf(forest: Forest, cover: Float64Array, child: number): number {
  return (child < 0 ? forest.leafCover[~child] : cover[child]) as number;
}

function columns(edges: readonly Edge[]) {
  const whole = () => new Int32Array(edges.length);
  const [split, parent, earlier, leaf] = [whole(), whole(), whole(), whole()];
  const isLeft = new Uint8Array(edges.length);
  const share = new Float64Array(edges.length);
  edges.forEach((edge, at) => {
    split[at] = edge.split;
    isLeft[at] = edge.isLeft ? 1 : 0;
    parent[at] = edge.parent;
    earlier[at] = edge.earlier;
    leaf[at] = edge.leaf;
    share[at] = edge.share;
  });
  return { split, isLeft, parent, earlier, leaf, share };
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
      for (let q = 0; q < nodes.length; q += 1, at += 1) {
        const t = nodes[q] as number;
        const inside = t + passed * (1 - t);
        const replaced = before === null ? 1 : t + before * (1 - t);
        insideStep[at] = inside / replaced;
        outsideStep[at] = (passed * (1 - t)) / replaced;
        insideWeight[at] = ((weights[q] as number) * (1 - passed)) / inside;
      }
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
