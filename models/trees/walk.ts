import type { Forest } from './forest.ts';

/** The leaf of one tree that a row falls into, counted over all trees. `at` is where the row starts. */
export function leafOf(forest: Forest, tree: number, rows: ArrayLike<number>, at: number): number {
  const { feature, threshold, missingLeft, left, right } = forest;
  let child = forest.roots[tree] as number;
  while (child >= 0) {
    const x = rows[at + (feature[child] as number)] as number;
    // NaN fails the comparison, so it is asked for only where it matters.
    const goesLeft = x <= (threshold[child] as number) || (missingLeft[child] === 1 && Number.isNaN(x));
    child = (goesLeft ? left[child] : right[child]) as number;
  }
  return ~child;
}

/**
 * Raw scores, one per class: the sum of the leaves a row falls into, in tree order.
 *
 * @param rows - float32 values, row by row; NaN is missing
 * @returns [count x classes]
 */
export function walkRows(forest: Forest, rows: ArrayLike<number>, count: number): Float64Array {
  const { classes, columns, treeClasses, leafValue } = forest;
  const scores = new Float64Array(count * classes);
  for (let row = 0; row < count; row += 1) {
    for (let tree = 0; tree < treeClasses.length; tree += 1) {
      const leaf = leafOf(forest, tree, rows, row * columns);
      scores[row * classes + (treeClasses[tree] as number)]! += leafValue[leaf] as number;
    }
  }
  return scores;
}

/** Leaf numbers within their trees, as the libraries count them: [count x trees]. */
export function leavesOf(forest: Forest, rows: ArrayLike<number>, count: number): Int32Array {
  const trees = forest.roots.length;
  const leaves = new Int32Array(count * trees);
  for (let row = 0; row < count; row += 1) {
    for (let tree = 0; tree < trees; tree += 1) {
      const leaf = leafOf(forest, tree, rows, row * forest.columns);
      leaves[row * trees + tree] = leaf - (forest.firstLeaves[tree] as number);
    }
  }
  return leaves;
}
