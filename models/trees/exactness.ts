import { InvariantViolated } from '../../shared/errors.ts';
import type { ExactnessReport, Matrix } from '../../shared/ports/model-family.ts';
import type { ModelSession } from '../../shared/ports/model-session.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { softmaxRows } from '../../shared/stats/softmax-rows.ts';
import type { Forest } from './forest.ts';
import { adversarialRows, ordinaryRows } from './probe-rows.ts';
import { leavesOf, walkRows } from './walk.ts';

/** The library that trained the trees, asked about rows as the bundle sees them. */
export interface TreeOracle {
  /** [rows x trees], numbered within each tree. */
  leaves(matrix: Matrix): Promise<ArrayLike<number>>;
  /** [rows x classes]. */
  rawScores(matrix: Matrix): Promise<Float64Array>;
}

export interface ExactnessCheck {
  readonly forest: Forest;
  readonly oracle: TreeOracle;
  readonly session: ModelSession;
  readonly regimeStates: number;
  readonly calibration: { readonly scale: readonly number[]; readonly bias: readonly number[] };
  /** Rows to draw from, in the bundle's columns. */
  readonly sample: Matrix;
  readonly count: number;
  readonly seed: number;
}

const CHUNK = 5_000;
// Leaves are added in the same order in double; what is left is the rounding of a different summation.
const TOLERANCE = 1e-9;

/**
 * Proves that the exported model is the trained one: on `count` ordinary and `count` adversarial rows
 * every tree ends in the library's leaf, and ONNX scores equal the library's.
 *
 * @throws InvariantViolated naming the first row that differs
 */
export async function checkExactness(check: ExactnessCheck): Promise<ExactnessReport> {
  const uniform = seededUniform(check.seed);
  const worst = { score: 0, probability: 0 };
  for (const draw of [ordinaryRows, adversarialRows]) {
    for (let done = 0; done < check.count; done += CHUNK) {
      const rows = Math.min(CHUNK, check.count - done);
      const { columns } = check.forest;
      const matrix = { values: draw(check.forest, check.sample, rows, uniform), rows, columns };
      await compareLeaves(check, matrix, draw.name);
      await compareScores(check, matrix, draw.name, worst);
    }
  }
  return {
    ordinaryRows: check.count,
    adversarialRows: check.count,
    leafMismatches: 0,
    worstScoreDifference: worst.score,
    worstProbabilityDifference: worst.probability,
  };
}

async function compareLeaves(
  { forest, oracle }: ExactnessCheck,
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

async function compareScores(
  { forest, oracle, session, regimeStates, calibration }: ExactnessCheck,
  matrix: Matrix,
  kind: string,
  worst: { score: number; probability: number },
): Promise<void> {
  const expected = await oracle.rawScores(matrix);
  const walked = walkRows(forest, matrix.values, matrix.rows);
  const answered = await session.run(splitColumns(matrix, regimeStates));
  const { classes } = forest;
  const scores = expected.map(
    (score, at) => score * calibration.scale[at % classes]! + calibration.bias[at % classes]!,
  );
  const probabilities = softmaxRows(scores, classes);
  worst.score = Math.max(worst.score, largestGap(walked, expected), largestGap(answered.rawScores, expected));
  worst.probability = Math.max(worst.probability, largestGap(answered.probabilities, probabilities));
  if (worst.score <= TOLERANCE && worst.probability <= TOLERANCE) return;
  const { score, probability } = worst;
  throw new InvariantViolated(
    `export: expected the library's scores on ${kind}, was off by ${score} (${probability} in probability)`,
  );
}

function largestGap(found: Float64Array, expected: Float64Array): number {
  let gap = 0;
  for (let at = 0; at < expected.length; at += 1) {
    const difference = Math.abs((found[at] as number) - (expected[at] as number));
    // NaN on either side is a difference, and would be lost in Math.max.
    gap = Math.max(gap, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return gap;
}

/** Bundle rows as the graph takes them: features and, last in the row, regime probabilities. */
export function splitColumns({ values, rows, columns }: Matrix, regimeStates: number) {
  const width = columns - regimeStates;
  const features = new Float32Array(rows * width);
  const regime = new Float32Array(rows * regimeStates);
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    features.set(values.subarray(start, start + width), row * width);
    regime.set(values.subarray(start + width, start + columns), row * regimeStates);
  }
  return { rows, features, regime };
}
