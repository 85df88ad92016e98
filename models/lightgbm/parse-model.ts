import { InvariantViolated } from '../../shared/errors.ts';
import type { Forest } from '../trees/forest.ts';
import { exactThreshold } from './threshold.ts';

const MISSING_NONE = 0;
const MISSING_NAN = 2;

interface Tree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly missingLeft: number[];
  readonly left: number[];
  readonly right: number[];
  readonly leafValue: number[];
  readonly leafCover: number[];
}

/**
 * LightGBM's model text as a forest whose every decision is the library's own (see `exactThreshold`).
 *
 * @throws InvariantViolated when the model holds what the export cannot carry: categorical splits,
 * linear trees, zero as missing, averaged output; or when its trees do not hang together, which would
 * crash the library (a text may have been made elsewhere)
 */
export function parseModel(text: string): Forest {
  const [head = '', ...blocks] = text.split('end of trees')[0]!.split(/^Tree=\d+$/m);
  if (/^average_output$/m.test(head)) throw refused('summed trees', 'average_output');
  const header = fields(head);
  const classes = Number(header.get('num_class'));
  const columns = Number(header.get('max_feature_idx')) + 1;
  const perRound = Number(header.get('num_tree_per_iteration'));
  if (perRound !== classes) throw refused(`${classes} trees a round`, String(perRound));
  return join(
    blocks.map((block, index) => parseTree(fields(block), index, columns)),
    classes,
    columns,
  );
}

function refused(expected: string, was: string): InvariantViolated {
  return new InvariantViolated(`LightGBM model: expected ${expected}, was ${was}`);
}

function fields(block: string): Map<string, string> {
  const lines = block.split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function numbers(tree: Map<string, string>, name: string): number[] {
  const text = tree.get(name) ?? '';
  return text === '' ? [] : text.trim().split(' ').map(parseNumber);
}

function parseNumber(text: string): number {
  const value = text === 'inf' ? Number.POSITIVE_INFINITY : Number(text);
  if (Number.isNaN(value)) throw refused('numbers', text);
  return value;
}

function parseTree(tree: Map<string, string>, index: number, columns: number): Tree {
  if (tree.get('num_cat') !== '0') throw refused(`numerical splits in tree ${index}`, 'categorical ones');
  if (tree.get('is_linear') === '1') throw refused(`constant leaves in tree ${index}`, 'linear ones');
  const leafValue = numbers(tree, 'leaf_value');
  checkShape(tree, leafValue.length, index, columns);
  if (leafValue.length === 1) {
    return { feature: [], threshold: [], missingLeft: [], left: [], right: [], leafValue, leafCover: [1] };
  }
  const threshold = numbers(tree, 'threshold').map(exactThreshold);
  return {
    feature: numbers(tree, 'split_feature'),
    threshold,
    missingLeft: numbers(tree, 'decision_type').map((kind, at) =>
      missingLeft(kind, threshold[at] as number, index),
    ),
    left: numbers(tree, 'left_child'),
    right: numbers(tree, 'right_child'),
    leafValue,
    leafCover: numbers(tree, 'leaf_count'),
  };
}

/** Every list as long as the tree asks for, every number that of a column, a later node or a leaf. */
function checkShape(tree: Map<string, string>, leaves: number, index: number, columns: number): void {
  const check = (name: string, isRight: boolean, expected: string, was: unknown) => {
    if (!isRight) throw refused(`${expected} as ${name} of tree ${index}`, String(was));
  };
  const stated = tree.get('num_leaves');
  check('num_leaves', leaves > 0 && Number(stated) === leaves, `${leaves}, the values of leaves,`, stated);
  if (leaves === 1) return;
  const nodes = leaves - 1;
  const isColumn = (value: number) => Number.isInteger(value) && value >= 0 && value < columns;
  const isChild = (value: number, node: number) =>
    Number.isInteger(value) && (value >= 0 ? value > node && value < nodes : ~value < leaves);
  const lists = ['split_feature', 'threshold', 'decision_type', 'left_child', 'right_child', 'leaf_count'];
  for (const name of lists) {
    const found = numbers(tree, name);
    const wanted = name === 'leaf_count' ? leaves : nodes;
    check(name, found.length === wanted, `${wanted} values`, found.length);
    const wrong = found.find((value, node) => {
      if (name === 'split_feature') return !isColumn(value);
      return name.endsWith('_child') && !isChild(value, node);
    });
    check(
      name,
      wrong === undefined,
      name === 'split_feature' ? `columns below ${columns}` : 'later nodes or leaves',
      wrong,
    );
  }
}

/** Where NaN goes: bit 1 says left, but where training saw no NaN the library reads it as 0. */
function missingLeft(kind: number, threshold: number, tree: number): number {
  const missing = (kind >> 2) & 3;
  if (missing === MISSING_NAN) return (kind >> 1) & 1;
  if (missing === MISSING_NONE) return 0 <= threshold ? 1 : 0;
  throw refused(`NaN as missing in tree ${tree}`, 'zero as missing');
}

function join(trees: readonly Tree[], classes: number, columns: number): Forest {
  const firstNodes = starts(trees.map((tree) => tree.feature.length));
  const firstLeaves = starts(trees.map((tree) => tree.leafValue.length));
  const children = (side: 'left' | 'right') =>
    Int32Array.from(
      trees.flatMap((tree, index) =>
        tree[side].map((child) => place(child, firstNodes[index]!, firstLeaves[index]!)),
      ),
    );
  return {
    classes,
    columns,
    roots: Int32Array.from(trees, (tree, index) =>
      tree.feature.length === 0 ? ~(firstLeaves[index] as number) : (firstNodes[index] as number),
    ),
    treeClasses: Int32Array.from(trees, (_, index) => index % classes),
    firstLeaves: Int32Array.from(firstLeaves),
    feature: Int32Array.from(trees.flatMap((tree) => tree.feature)),
    threshold: Float64Array.from(trees.flatMap((tree) => tree.threshold)),
    missingLeft: Uint8Array.from(trees.flatMap((tree) => tree.missingLeft)),
    left: children('left'),
    right: children('right'),
    leafValue: Float64Array.from(trees.flatMap((tree) => tree.leafValue)),
    leafCover: Float64Array.from(trees.flatMap((tree) => tree.leafCover)),
  };
}

function starts(lengths: readonly number[]): number[] {
  let next = 0;
  return lengths.map((length) => {
    next += length;
    return next - length;
  });
}

function place(child: number, firstNode: number, firstLeaf: number): number {
  return child >= 0 ? child + firstNode : ~(~child + firstLeaf);
}
