import { describe, expect, it } from 'vitest';
import { leavesOf, walkRows } from '../../../models/trees/walk.ts';
import { parseModel } from '../../../models/xgboost/parse-model.ts';
import { InvariantViolated } from '../../../shared/errors.ts';

/** x0 < 0.5 ? (x1 < Infinity ? 1 : 2) : 4, gaps of x0 to the right. */
const split = {
  left_children: [1, 3, -1, -1, -1],
  right_children: [2, 4, -1, -1, -1],
  split_indices: [0, 1, 0, 0, 0],
  split_conditions: [0.5, 'INF', 4, 1, 2],
  split_type: [0, 0, 0, 0, 0],
  default_left: [0, 1, 0, 0, 0],
  sum_hessian: [18, 11, 7, 5, 6],
};
const leaf = {
  left_children: [-1],
  right_children: [-1],
  split_indices: [0],
  split_conditions: [-0.25],
  split_type: [0],
  default_left: [0],
  sum_hessian: [18],
};

function modelText(trees: readonly object[], baseScore = '[1E-1,5E-1,-6E-1]', name = 'gbtree'): string {
  const model = { tree_info: trees.map((_, at) => at % 3), trees };
  const learner_model_param = { base_score: baseScore, num_class: '3', num_feature: '2' };
  const gradient_booster = { name, model };
  return JSON.stringify({
    learner: { gradient_booster, learner_model_param },
    version: [3, 2, 0],
  }).replaceAll('"INF"', 'Infinity');
}

describe('parseModel', () => {
  const { forest, leafOfNode } = parseModel(modelText([split, leaf, split]));

  it('puts a tree of one leaf with the base score before the trees of each class', () => {
    expect([...forest.roots]).toEqual([~0, ~1, ~2, 0, ~6, 2]);
    expect([...forest.treeClasses]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...forest.firstLeaves]).toEqual([0, 1, 2, 3, 6, 7]);
    expect([...forest.leafValue]).toEqual([0.1, 0.5, -0.6, 4, 1, 2, -0.25, 4, 1, 2].map(Math.fround));
    expect([...forest.leafCover]).toEqual([1, 1, 1, 7, 5, 6, 18, 7, 5, 6]);
  });

  it('knows which leaf a node of the library is', () => {
    expect(leafOfNode.map((own) => [...own])).toEqual([[-1, -1, 0, 1, 2], [0], [-1, -1, 0, 1, 2]]);
  });

  it('reads x < t as x <= the float32 before t, and an infinite t as the largest float32', () => {
    expect(forest.threshold[0]).toBe(0.5 - 2 ** -25);
    expect(forest.threshold[1]).toBe(3.4028234663852886e38);
  });

  it('walks rows to the leaves they belong in', () => {
    const rows = Float32Array.of(
      0.5,
      0,
      0.4999999701976776,
      3.4028234663852886e38,
      Number.NaN,
      0,
      0,
      Number.NaN,
    );
    const third = Array.from({ length: 4 }, (_, row) => leavesOf(forest, rows, 4)[row * 6 + 3]);
    expect(third).toEqual([0, 1, 0, 1]);
    const base = [0.1, 0.5, -0.6].map(Math.fround) as [number, number, number];
    expect([...walkRows(forest, rows, 1)]).toEqual([base[0] + 4, base[1] - 0.25, base[2] + 4]);
  });

  it('takes one base score for all classes', () => {
    const { leafValue } = parseModel(modelText([split], '5E-1')).forest;
    expect([...leafValue.subarray(0, 3)]).toEqual([0.5, 0.5, 0.5]);
  });

  it.each([
    ['categorical splits', modelText([{ ...split, split_type: [1, 0, 0, 0, 0] }]), 'was categorical ones'],
    ['another booster', modelText([split], '0', 'dart'), 'learner.gradient_booster.name'],
    [
      'base scores for other classes',
      modelText([split], '[1E-1,2E-1]'),
      'expected 3 base scores, was [1E-1,2E-1]',
    ],
    ['an infinite base score', modelText([split], '[-inf,0,0]'), 'expected 3 base scores'],
    ['a tree without leaves', modelText([{ ...split, sum_hessian: null }]), 'trees.0.sum_hessian'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseModel(text)).toThrow(InvariantViolated);
    expect(() => parseModel(text)).toThrow(reason);
  });
});
