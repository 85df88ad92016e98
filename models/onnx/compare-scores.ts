import { type CalibrationForm, calibrate } from '../../shared/domain/training/calibration.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { ExactnessReport, Matrix } from '../../shared/ports/model-family.ts';
import type { ModelSession } from '../../shared/ports/model-session.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { adversarialRows, type Edges, ordinaryRows } from './probe-rows.ts';

/** What the exported graph has to agree with, asked about rows as the bundle sees them. */
export interface ScoreOracle {
  /** By the family's own library: [rows x 3]. */
  rawScores(matrix: Matrix): Promise<Float64Array>;
  /** By a second scorer of our own, which is held to the same answers; [rows x 3]. */
  secondOpinion?(matrix: Matrix): Float64Array;
  /** Looks at whatever else has to agree. @throws InvariantViolated when it does not */
  inspect?(matrix: Matrix, kind: string): Promise<void>;
}

export interface ScoreCheck {
  readonly oracle: ScoreOracle;
  readonly edges: Edges;
  readonly session: ModelSession;
  readonly regimeStates: number;
  /** Null for a model whose raw score is its answer: it has no probabilities. */
  readonly calibration: CalibrationForm | null;
  /** Rows to draw from, in the bundle's columns. */
  readonly sample: Matrix;
  readonly count: number;
  readonly seed: number;
  /** Makes drawn rows [rows x columns] such as can occur, where a model is not to be asked about others. */
  readonly constrain?: (values: Float32Array, uniform: () => number) => void;
  /** Largest difference of a score, relative where the score is above 1, and of a probability; 1e-9 when left out. */
  readonly tolerance?: number;
}

const CHUNK = 5_000;
// What is added up in the same order, in double, differs by the rounding of another summation at most.
const TOLERANCE = 1e-9;

/**
 * Proves that the exported graph is the trained model: on `count` ordinary and `count` adversarial rows its scores and
 * calibrated probabilities are the library's.
 *
 * @throws InvariantViolated with the kind of rows and the difference
 */
export async function compareScores(check: ScoreCheck): Promise<ExactnessReport> {
  const uniform = seededUniform(check.seed);
  const worst = { score: 0, probability: 0 };
  for (const draw of [ordinaryRows, adversarialRows]) {
    for (let done = 0; done < check.count; done += CHUNK) {
      const rows = Math.min(CHUNK, check.count - done);
      const values = draw(check.edges, check.sample, rows, uniform);
      check.constrain?.(values, uniform);
      const matrix = { values, rows, columns: check.sample.columns };
      await check.oracle.inspect?.(matrix, draw.name);
      await compareRows(check, matrix, draw.name, worst);
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

async function compareRows(
  { oracle, session, regimeStates, calibration, tolerance = TOLERANCE }: ScoreCheck,
  matrix: Matrix,
  kind: string,
  worst: { score: number; probability: number },
): Promise<void> {
  const expected = await oracle.rawScores(matrix);
  const input = splitColumns(matrix, regimeStates);
  const answered = await session.run(input);
  const second = oracle.secondOpinion?.(matrix) ?? expected;
  worst.score = Math.max(worst.score, largestGap(second, expected), largestGap(answered.rawScores, expected));
  if (calibration !== null) {
    const regimes = { states: regimeStates, chances: input.regime };
    const probabilities = calibrate(expected, calibration, regimes);
    worst.probability = Math.max(worst.probability, largestGap(answered.probabilities, probabilities));
  }
  if (worst.score <= tolerance && worst.probability <= tolerance) return;
  const { score, probability } = worst;
  throw new InvariantViolated(
    `export: expected the library's scores on ${kind}, was off by ${score} (${probability} in probability)`,
  );
}

function largestGap(found: Float64Array, expected: Float64Array): number {
  let gap = 0;
  for (let at = 0; at < expected.length; at += 1) {
    const wanted = expected[at] as number;
    const difference = Math.abs((found[at] as number) - wanted) / Math.max(1, Math.abs(wanted));
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
