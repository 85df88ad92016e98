import { InvariantViolated } from '../../shared/errors.ts';
import type { ExactnessReport, Matrix } from '../../shared/ports/model-family.ts';
import { compareScores, type ScoreCheck } from '../onnx/compare-scores.ts';
import type { Forest } from './forest.ts';
import { leavesOf, walkRows } from './walk.ts';

/** The library that trained the trees, asked about rows as the bundle sees them. */
export interface TreeOracle {
  /** [rows x trees], numbered within each tree. */
  leaves(matrix: Matrix): Promise<ArrayLike<number>>;
  /** [rows x classes]. */
  rawScores(matrix: Matrix): Promise<Float64Array>;
}

export interface ExactnessCheck extends Omit<ScoreCheck, 'oracle' | 'edges'> {
  readonly forest: Forest;
  readonly oracle: TreeOracle;
}

/**
 * Proves that the exported trees are the trained ones: on `count` ordinary and `count` adversarial rows every tree ends
 * in the library's leaf, and the scores of the walk and of the graph equal the library's.
 *
 * @throws InvariantViolated naming the first row that differs
 */
export function checkExactness({ forest, oracle, ...check }: ExactnessCheck): Promise<ExactnessReport> {
  return compareScores({
    ...check,
    edges: thresholdsByColumn(forest),
    oracle: {
      rawScores: (matrix) => oracle.rawScores(matrix),
      secondOpinion: ({ values, rows }) => walkRows(forest, values, rows),
      inspect: (matrix, kind) => compareLeaves(forest, oracle, matrix, kind),
    },
  });
}

/** @throws InvariantViolated naming the first row that ends in another leaf than the library's */
export async function compareLeaves(
  forest: Forest,
  oracle: Pick<TreeOracle, 'leaves'>,
  matrix: Matrix,
  kind: string,
): Promise<void> {
  const expected = await oracle.leaves(matrix);
  const found = leavesOf(forest, matrix.values, matrix.rows);
  const trees = forest.roots.length;
  for (let at = 0; at < found.length; at += 1) {
    if (found[at] === expected[at]) continue;
    const where = `tree ${at % trees} on row ${Math.floor(at / trees)} of ${kind}`;
    throw new InvariantViolated(`export: expected leaf ${expected[at]} in ${where}, was ${found[at]}`);
  }
}

/** The thresholds of each column of a forest's rows. */
export function thresholdsByColumn(forest: Forest): number[][] {
  const columns: number[][] = Array.from({ length: forest.columns }, () => []);
  forest.feature.forEach((column, node) => {
    columns[column]?.push(forest.threshold[node] as number);
  });
  return columns;
}
