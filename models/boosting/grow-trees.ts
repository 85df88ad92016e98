import type {
  ExactnessReport,
  ExportedModel,
  FitRequest,
  FittedModel,
  MagnitudeLayout,
  Matrix,
  ModelParameters,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { pickColumns } from '../families/pick-columns.ts';
import type { ScoreCheck } from '../onnx/compare-scores.ts';
import { checkExactness, type TreeOracle } from '../trees/exactness.ts';
import { type Forest, moveColumns, writeForest } from '../trees/forest.ts';
import type { Ask, Boosting } from './boosting.ts';
import { type Objective, type Observations, OUTPUTS } from './protocol.ts';
import type { NativeThread } from './thread.ts';

/** Trees that a library has grown. */
export interface Grown extends Pick<FittedModel, 'rounds' | 'validationLosses' | 'card'> {
  /** The library, asked about rows with the columns that were fitted. */
  readonly oracle: TreeOracle;
  /** The trees over a bundle's rows. */
  readonly forestAt: (layout: MagnitudeLayout) => Forest;
}

type Weighed = Matrix & { readonly weights: Float64Array };
type GrowRequest<Rows extends Weighed> = Omit<FitRequest, 'training' | 'validation'> & {
  readonly training: Rows;
  readonly validation: Rows | null;
};

/** Grows trees for an objective; `labelsOf` says what the rows are to be answered with. */
export async function growTrees<Rows extends Weighed>(
  boosting: Boosting,
  thread: NativeThread,
  request: GrowRequest<Rows>,
  objective: Objective,
  labelsOf: (rows: Rows) => Observations['labels'],
): Promise<Grown> {
  const { training, validation, rounds, earlyStoppingRounds, onRound, signal } = request;
  const parameters = boosting.parameterText(request.parameters, request.seed, request.threads, objective);
  const observe = (given: Rows): Observations => {
    const { values, rows, columns, weights } = given;
    return { features: values, rows, columns, labels: labelsOf(given), weights: boosting.weights(weights) };
  };
  const reply = await thread.train(
    {
      training: observe(training),
      validation: validation === null ? null : observe(validation),
      ...{ parameters, rounds, earlyStoppingRounds },
    },
    { onRound, signal },
  );
  const { text } = reply;
  const ask: Ask = ({ values, rows: count, columns }, kind, width) =>
    thread.predict({ text, features: values, rows: count, columns, kind, width });
  const card: ModelParameters = { library: boosting.name, parameters, rounds: reply.rounds };
  return {
    ...{ rounds: reply.rounds, validationLosses: reply.validationLosses, card },
    oracle: boosting.oracle(ask, text, OUTPUTS[objective]),
    forestAt: ({ places, columns }) => moveColumns(boosting.parseModel(text), places, columns),
  };
}

/** What explains single answers. */
export function treesFile(forest: Forest): ExportedModel['files'] {
  return new Map([['trees.json', new TextEncoder().encode(writeForest(forest))]]);
}

/** The exactness gate of exported trees. @throws InvariantViolated when a row differs */
export async function verifyTrees(
  { oracle, forestAt }: Grown,
  exported: ExportedModel,
  layout: MagnitudeLayout,
  calibration: ScoreCheck['calibration'],
  sample: Matrix,
  options: VerifyOptions,
): Promise<ExactnessReport> {
  // The gate asks about the same rows several times.
  const picked = new WeakMap<Matrix, Matrix>();
  const fitted = (matrix: Matrix): Matrix => {
    const known = picked.get(matrix) ?? pickColumns(matrix, layout.places);
    picked.set(matrix, known);
    return known;
  };
  const asked: TreeOracle = {
    leaves: (matrix) => oracle.leaves(fitted(matrix)),
    rawScores: (matrix) => oracle.rawScores(fitted(matrix)),
  };
  const session = await options.openSession(exported.onnx);
  try {
    const { regimeStates } = layout;
    const forest = forestAt(layout);
    return await checkExactness({
      forest,
      oracle: asked,
      session,
      regimeStates,
      calibration,
      sample,
      ...options,
    });
  } finally {
    await session.close();
  }
}
