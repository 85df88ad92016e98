import { describe, expect, it } from 'vitest';
import { parseModel } from '../../../models/lightgbm/parse-model.ts';
import { leavesOf, walkRows } from '../../../models/trees/walk.ts';

const header = 'tree\nversion=v4\nnum_class=3\nnum_tree_per_iteration=3\nmax_feature_idx=1\n\n';

const split = (extra = '', decision = '2 8') => `num_leaves=3
num_cat=0
split_feature=0 1
threshold=0.5 inf
decision_type=${decision}
left_child=1 -1
right_child=-3 -2
leaf_value=1 2 4
leaf_count=5 6 7
is_linear=0
${extra}`;
const stump = 'num_leaves=1\nnum_cat=0\nleaf_value=-0.25\nis_linear=0\n';
const model = (...trees: string[]) =>
  `${header}${trees.map((tree, at) => `Tree=${at}\n${tree}\n`).join('\n')}end of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n`;

describe('parseModel', () => {
  const forest = parseModel(model(split(), stump, split()));

  it('lays all trees out one after the other', () => {
    expect(forest).toMatchObject({ classes: 3, columns: 2 });
    expect([...forest.roots]).toEqual([0, ~3, 2]);
    expect([...forest.firstLeaves]).toEqual([0, 3, 4]);
    expect([...forest.treeClasses]).toEqual([0, 1, 2]);
    expect([...forest.left]).toEqual([1, ~0, 3, ~4]);
    expect([...forest.right]).toEqual([~2, ~1, ~6, ~5]);
    expect([...forest.leafCover]).toEqual([5, 6, 7, 1, 5, 6, 7]);
  });

  it('walks rows to the leaves they belong in', () => {
    const rows = Float32Array.of(0, 0, 1, 0, Number.NaN, 3e38, 0, Number.NaN);
    // NaN in a split that saw none counts as 0; with missing type NaN it goes where the split says (right).
    expect([...leavesOf(forest, rows, 4)]).toEqual([0, 0, 0, 2, 0, 2, 0, 0, 0, 1, 0, 1]);
    expect([...walkRows(forest, rows, 4)]).toEqual([1, -0.25, 1, 4, -0.25, 4, 1, -0.25, 1, 2, -0.25, 2]);
  });

  it('refuses what cannot be exported exactly', () => {
    expect(() => parseModel(model(split().replace('num_cat=0', 'num_cat=1')))).toThrow(
      'expected numerical splits in tree 0, was categorical ones',
    );
    expect(() => parseModel(model(split().replace('is_linear=0', 'is_linear=1')))).toThrow('was linear ones');
    expect(() => parseModel(model(split('', '2 4')))).toThrow('was zero as missing');
    expect(() => parseModel(model(split()).replace('num_class', 'average_output\nnum_class'))).toThrow(
      'was average_output',
    );
    expect(() => parseModel(model(split()).replace('iteration=3', 'iteration=1'))).toThrow(
      'expected 3 trees a round, was 1',
    );
    expect(() => parseModel(model(split()).replace('0.5 inf', '0.5 nan'))).toThrow(
      'expected numbers, was nan',
    );
  });

  it.each([
    ['split_feature=0 1', 'split_feature=0 2', 'columns below 2 as split_feature of tree 0, was 2'],
    ['split_feature=0 1', 'split_feature=-1 1', 'columns below 2 as split_feature of tree 0, was -1'],
    ['split_feature=0 1', 'split_feature=0', '2 values as split_feature of tree 0, was 1'],
    ['left_child=1 -1', 'left_child=0 -1', 'later nodes or leaves as left_child of tree 0, was 0'],
    ['left_child=1 -1', 'left_child=2 -1', 'later nodes or leaves as left_child of tree 0, was 2'],
    ['right_child=-3 -2', 'right_child=-4 -2', 'later nodes or leaves as right_child of tree 0, was -4'],
    ['leaf_count=5 6 7', 'leaf_count=5 6', '3 values as leaf_count of tree 0, was 2'],
    ['num_leaves=3', 'num_leaves=4', '3, the values of leaves, as num_leaves of tree 0, was 4'],
    ['leaf_value=1 2 4', 'leaf_value=', '0, the values of leaves, as num_leaves of tree 0, was 3'],
  ])('refuses trees that would crash the library: %s as %s', (right, wrong, message) => {
    expect(() => parseModel(model(split().replace(right, wrong)))).toThrow(message);
  });
});
