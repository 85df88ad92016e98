import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forest } from '../../../models/trees/forest.ts';
import { shapOfClass, shapValues } from '../../../models/trees/shap.ts';
import { prepareShap } from '../../../models/trees/shap-forest.ts';
import { leafOf } from '../../../models/trees/walk.ts';
import { seededUniform } from '../../../shared/stats/seeded-uniform.ts';

const COLUMNS = 3;

/** Random trees over few columns, so that features come again on a path; leaves of no cover among them. */
function randomForest(seed: number, trees: number, depth: number): Forest {
  const uniform = seededUniform(seed);
  const nodes: { feature: number; threshold: number; missingLeft: number; left: number; right: number }[] =
    [];
  const leaves: { value: number; cover: number }[] = [];
  const grow = (left: number): number => {
    if (left === 0 || uniform() < 0.2) {
      const cover = uniform() < 0.1 ? 0 : Math.ceil(uniform() * 20);
      return ~(leaves.push({ value: uniform() - 0.5, cover }) - 1);
    }
    const feature = Math.floor(uniform() * COLUMNS);
    const node = { feature, threshold: uniform(), missingLeft: uniform() < 0.5 ? 1 : 0, left: 0, right: 0 };
    const at = nodes.push(node) - 1;
    node.left = grow(left - 1);
    node.right = grow(left - 1);
    return at;
  };
  const firstLeaves: number[] = [];
  const roots = Array.from({ length: trees }, () => {
    firstLeaves.push(leaves.length);
    return grow(depth);
  });
  return {
    classes: 2,
    columns: COLUMNS,
    roots: Int32Array.from(roots),
    treeClasses: Int32Array.from(roots, (_, tree) => tree % 2),
    firstLeaves: Int32Array.from(firstLeaves),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
    missingLeft: Uint8Array.from(nodes, ({ missingLeft }) => missingLeft),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    leafValue: Float64Array.from(leaves, ({ value }) => value),
    leafCover: Float64Array.from(leaves, ({ cover }) => cover),
  };
}

/** The expected score of a tree when only the features of `known` are known: the definition, word for word. */
function expectation(forest: Forest, child: number, row: readonly number[], known: number): number {
  if (child < 0) return forest.leafValue[~child]!;
  const [left, right] = [forest.left[child]!, forest.right[child]!];
  const feature = forest.feature[child]!;
  const x = row[feature]!;
  if (known & (1 << feature)) {
    const goesLeft = x <= forest.threshold[child]! || (Number.isNaN(x) && forest.missingLeft[child] === 1);
    return expectation(forest, goesLeft ? left : right, row, known);
  }
  const below = coverOf(forest, child);
  if (below === 0) return 0;
  const share = (side: number) => (coverOf(forest, side) / below) * expectation(forest, side, row, known);
  return share(left) + share(right);
}

function coverOf(forest: Forest, child: number): number {
  if (child < 0) return forest.leafCover[~child]!;
  return coverOf(forest, forest.left[child]!) + coverOf(forest, forest.right[child]!);
}

/** Shapley values by averaging over all subsets of three features: weights 1/3, 1/6, 1/6, 1/3. */
function byDefinition(forest: Forest, tree: number, row: readonly number[], feature: number): number {
  const root = forest.roots[tree]!;
  let total = 0;
  for (let known = 0; known < 1 << COLUMNS; known += 1) {
    if (known & (1 << feature)) continue;
    const size = known.toString(2).replaceAll('0', '').length;
    const gain =
      expectation(forest, root, row, known | (1 << feature)) - expectation(forest, root, row, known);
    total += gain * (size === 1 ? 1 / 6 : 1 / 3);
  }
  return total;
}

const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN));

describe('exact SHAP by its definition', () => {
  it('holds on random trees whose features come again on a path, gaps among the values', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.tuple(value, value, value), (seed, row) => {
        const forest = randomForest(seed, 4, 6);
        const ours = shapValues(prepareShap(forest), row);
        for (let own = 0; own < 2; own += 1) {
          for (let feature = 0; feature < COLUMNS; feature += 1) {
            const expected = [own, own + 2].reduce(
              (sum, tree) => sum + byDefinition(forest, tree, row, feature),
              0,
            );
            expect(Math.abs(ours[own * COLUMNS + feature]! - expected)).toBeLessThan(1e-12);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('adds up to the score where every leaf has cover', () => {
    const forest = randomForest(7, 20, 8);
    const covered = { ...forest, leafCover: forest.leafCover.map((cover) => cover + 1) };
    const shap = prepareShap(covered);
    const uniform = seededUniform(8);
    for (let round = 0; round < 50; round += 1) {
      const row = [uniform(), uniform() < 0.2 ? Number.NaN : uniform(), uniform()];
      const ours = shapValues(shap, row);
      for (let own = 0; own < 2; own += 1) {
        const alone = shapOfClass(shap, row, own);
        expect(alone).toEqual(ours.slice(own * COLUMNS, (own + 1) * COLUMNS));
        const sum = ours
          .subarray(own * COLUMNS, (own + 1) * COLUMNS)
          .reduce((a, b) => a + b, shap.baseScores[own]!);
        let score = 0;
        covered.treeClasses.forEach((cls, tree) => {
          if (cls === own) score += covered.leafValue[leafOf(covered, tree, row, 0)]!;
        });
        expect(Math.abs(sum - score)).toBeLessThan(1e-11);
      }
    }
  });

  it('gives nothing to any feature for trees of a single leaf', () => {
    const forest = randomForest(3, 2, 0);
    const shap = prepareShap(forest);
    expect([...shapOfClass(shap, [0, 0, 0], 1)]).toEqual([0, 0, 0]);
    expect([...shapValues(shap, [0, 0, 0])]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...shap.baseScores]).toEqual([...forest.leafValue]);
  });
});
