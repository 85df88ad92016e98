import { gaussLegendre } from '../../shared/stats/gauss-legendre.ts';
import type { ShapForest } from './shap-forest.ts';

/**
 * Exact Shapley values of a row's raw scores, path-dependent as in Lundberg et al. (2020).
 *
 * A leaf of value v whose features i have parts with indicator o (row inside) and share z gives feature i
 *   v (o_i - z_i) * integral over t in [0, 1] of the product over j != i of (o_j t + z_j (1 - t)),
 * a polynomial that Gauss-Legendre quadrature integrates without error. As leaves share their paths, products are
 * carried down and sums carried up once per edge (the idea of Linear TreeSHAP, Yu et al. 2022).
 *
 * @param row - float32 values, NaN is missing
 * @returns [classes x columns]; a class's values and its base score add up to its raw score
 */
export function shapValues(shap: ShapForest, row: ArrayLike<number>): Float64Array {
  const { classes, columns, treeClasses } = shap.forest;
  const values = new Float64Array(classes * columns);
  for (let tree = 0; tree < treeClasses.length; tree += 1) {
    addTree(shap, row, tree, (treeClasses[tree] as number) * columns, values);
  }
  return values;
}

/** One class's part of `shapValues`, by that class's trees alone: [columns], the same to the last bit. */
export function shapOfClass(shap: ShapForest, row: ArrayLike<number>, own: number): Float64Array {
  const { columns, treeClasses } = shap.forest;
  const values = new Float64Array(columns);
  for (let tree = 0; tree < treeClasses.length; tree += 1) {
    if (treeClasses[tree] === own) addTree(shap, row, tree, 0, values);
  }
  return values;
}

function addTree(
  shap: ShapForest,
  row: ArrayLike<number>,
  tree: number,
  offset: number,
  values: Float64Array,
): void {
  if (shap.firstEdge[tree] === shap.firstEdge[tree + 1]) return;
  const scratch = roomFor(shap);
  carryDown(shap, row, tree, scratch);
  carryUp(shap, tree, offset, scratch, values);
}

/** For one tree. The blocks of `products` and `sums` have a number for each quadrature node. */
interface Scratch {
  /** Per edge: 1 when the row is inside its part. */
  readonly inside: Uint8Array;
  /** The product of the parts on the way to an edge; the first block, before all edges, is the root's: ones. */
  readonly products: Float64Array;
  /** The sum of the leaves below an edge, each its value times its product; the root's first. */
  readonly sums: Float64Array;
}

const scratches = new WeakMap<ShapForest, Scratch>();

function roomFor(shap: ShapForest): Scratch {
  const known = scratches.get(shap);
  if (known !== undefined) return known;
  const edges = shap.order.map((_, tree) => shap.firstEdge[tree + 1]! - shap.firstEdge[tree]!);
  const blocks = edges.reduce((most, count, tree) => Math.max(most, (count + 1) * shap.order[tree]!), 0);
  const made = {
    inside: new Uint8Array(Math.max(0, ...edges)),
    products: new Float64Array(blocks),
    sums: new Float64Array(blocks),
  };
  scratches.set(shap, made);
  return made;
}

function carryDown(shap: ShapForest, row: ArrayLike<number>, tree: number, scratch: Scratch): void {
  const { forest, split, isLeft, parent, earlier, leaf, share, insideStep, outsideStep } = shap;
  const { feature, threshold, missingLeft, leafValue } = forest;
  const { inside, products, sums } = scratch;
  const order = shap.order[tree] as number;
  const first = shap.firstEdge[tree] as number;
  const count = (shap.firstEdge[tree + 1] as number) - first;
  let coefficient = shap.firstCoefficient[tree] as number;
  products.fill(1, 0, order);
  sums.fill(0, 0, (count + 1) * order);
  for (let at = 0; at < count; at += 1, coefficient += order) {
    const edge = first + at;
    const node = split[edge] as number;
    const before = earlier[edge] as number;
    const x = row[feature[node] as number] as number;
    const goesLeft = x <= (threshold[node] as number) || (missingLeft[node] === 1 && Number.isNaN(x));
    const takes = goesLeft === (isLeft[edge] === 1);
    const from = ((parent[edge] as number) + 1) * order;
    const to = (at + 1) * order;
    if (before >= 0 && inside[before] === 0) {
      // A part that was outside before stays outside: only its share shrinks.
      inside[at] = 0;
      const step = share[edge] as number;
      for (let q = 0; q < order; q += 1) products[to + q] = (products[from + q] as number) * step;
    } else {
      inside[at] = takes ? 1 : 0;
      const steps = takes ? insideStep : outsideStep;
      for (let q = 0; q < order; q += 1) {
        products[to + q] = (products[from + q] as number) * (steps[coefficient + q] as number);
      }
    }
    const own = leaf[edge] as number;
    if (own < 0) continue;
    const value = leafValue[own] as number;
    for (let q = 0; q < order; q += 1) sums[to + q] = (products[to + q] as number) * value;
  }
}

/** From the last edge to the first: what the leaves below give its feature, then their sum to its parent. */
function carryUp(
  shap: ShapForest,
  tree: number,
  offset: number,
  scratch: Scratch,
  values: Float64Array,
): void {
  const { forest, split, parent, earlier, insideWeight } = shap;
  const { feature } = forest;
  const { inside, sums } = scratch;
  const order = shap.order[tree] as number;
  const first = shap.firstEdge[tree] as number;
  const coefficients = shap.firstCoefficient[tree] as number;
  const outsideWeight = outsideWeights(order);
  for (let at = (shap.firstEdge[tree + 1] as number) - first - 1; at >= 0; at -= 1) {
    const edge = first + at;
    const place = offset + (feature[split[edge] as number] as number);
    const own = (at + 1) * order;
    const up = ((parent[edge] as number) + 1) * order;
    const weights = inside[at] === 1 ? insideWeight : outsideWeight;
    const start = inside[at] === 1 ? coefficients + at * order : 0;
    let total = 0;
    for (let q = 0; q < order; q += 1) {
      const sum = sums[own + q] as number;
      total += sum * (weights[start + q] as number);
      sums[up + q]! += sum;
    }
    const before = earlier[edge] as number;
    if (before >= 0) {
      // The leaves below have this edge's part of the feature, no longer the earlier one's.
      const replaced = inside[before] === 1 ? insideWeight : outsideWeight;
      const begin = inside[before] === 1 ? coefficients + before * order : 0;
      for (let q = 0; q < order; q += 1) total -= (sums[own + q] as number) * (replaced[begin + q] as number);
    }
    values[place]! += total;
  }
}

const weightsByOrder: Float64Array[] = [];

/** Minus the weight of each node t over 1 - t: outside, o - z is -z, over z (1 - t). */
function outsideWeights(order: number): Float64Array {
  weightsByOrder[order] ??= gaussLegendre(order).weights.map(
    (weight, q) => -weight / (1 - (gaussLegendre(order).nodes[q] as number)),
  );
  return weightsByOrder[order] as Float64Array;
}
