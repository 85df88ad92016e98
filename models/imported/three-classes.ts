import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import { RejectedInput } from '../../shared/errors.ts';
import type { Forest } from '../trees/forest.ts';

/** Raw score of a class that a model has never seen: its probability is nothing, and finite. */
export const UNSEEN = Math.log(1e-15);

/**
 * Our class of each of a library's scores. One that was told to score three classes and saw two gives the third one
 * nothing: that is the class which is missing.
 *
 * @example completeLabels([0, 2], 3) // [0, 2, 1]
 */
export function completeLabels(labels: readonly number[], classes: number): number[] {
  if (classes !== CLASS_COUNT || labels.length !== CLASS_COUNT - 1) return [...labels];
  return [
    ...labels,
    ...Array.from({ length: CLASS_COUNT }, (_, at) => at).filter((at) => !labels.includes(at)),
  ];
}

/**
 * A library's forest with its classes where ours stand. What it does not score gets a tree of one leaf: a class it never
 * saw log(1e-15), and of two classes that it tells apart by one score (LightGBM's binary) the first one 0.
 *
 * @param labels - our class of each of its classes, in its order
 * @throws RejectedInput when the number of classes does not fit
 */
export function threeClasses(forest: Forest, labels: readonly number[], file: string): Forest {
  const isBinary = forest.classes === 1;
  if (isBinary ? labels.length !== 2 : labels.length > forest.classes) {
    throw new RejectedInput(
      `${file}: expected ${isBinary ? 2 : forest.classes} classes in the manifest, was ${labels.length}`,
      { field: 'classes' },
    );
  }
  const scored = isBinary ? labels.slice(1) : labels;
  const own = (tree: number) => scored[forest.treeClasses[tree] as number];
  const known = forest.treeClasses.map((_, tree) => own(tree) ?? -1);
  if (known.includes(-1)) {
    throw new RejectedInput(
      `${file}: expected as many classes as the model scores (${forest.classes}), was ${labels.length}; ` +
        'state classes_ of the classifier',
      { field: 'classes' },
    );
  }
  const constants = Array.from({ length: CLASS_COUNT }, (_, at) => at)
    .filter((at) => !scored.includes(at))
    .map((at) => ({ at, score: isBinary && at === labels[0] ? 0 : UNSEEN }));
  const leaves = forest.leafValue.length;
  return {
    ...forest,
    classes: CLASS_COUNT,
    roots: Int32Array.from([...forest.roots, ...constants.map((_, at) => ~(leaves + at))]),
    treeClasses: Int32Array.from([...known, ...constants.map(({ at }) => at)]),
    firstLeaves: Int32Array.from([...forest.firstLeaves, ...constants.map((_, at) => leaves + at)]),
    leafValue: Float64Array.from([...forest.leafValue, ...constants.map(({ score }) => score)]),
    leafCover: Float64Array.from([...forest.leafCover, ...constants.map(() => 1)]),
  };
}

/**
 * A library's raw scores with its classes where ours stand.
 *
 * @param scores - [rows x classes]
 * @param labels - our class of each of its classes; two of them with one score: the second one's log-odds
 */
export function threeScores(scores: Float64Array, classes: number, labels: readonly number[]): Float64Array {
  const rows = scores.length / classes;
  const three = new Float64Array(rows * CLASS_COUNT).fill(UNSEEN);
  for (let row = 0; row < rows; row += 1) {
    if (classes === 1) three[row * CLASS_COUNT + (labels[0] as number)] = 0;
    labels.slice(classes === 1 ? 1 : 0).forEach((label, at) => {
      three[row * CLASS_COUNT + label] = scores[row * classes + at] as number;
    });
  }
  return three;
}

/** Leaf numbers [rows x trees] with leaf 0 of `added` trees of one leaf behind each row's. */
export function withConstant(leaves: ArrayLike<number>, trees: number, added: number): Int32Array {
  const rows = leaves.length / trees;
  const all = new Int32Array(rows * (trees + added));
  for (let row = 0; row < rows; row += 1) {
    for (let tree = 0; tree < trees; tree += 1) {
      all[row * (trees + added) + tree] = leaves[row * trees + tree] as number;
    }
  }
  return all;
}
