import { InvariantViolated } from '../../shared/errors.ts';
import type {
  ExactnessReport,
  ExportedModel,
  ExportLayout,
  FitRequest,
  FittedModel,
  LabelledMatrix,
  Matrix,
  ModelFamily,
  ModelParameters,
  ParameterRange,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { checkTraining } from '../families/check-training.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { checkExactness, type TreeOracle } from '../trees/exactness.ts';
import { type Forest, moveColumns, writeForest } from '../trees/forest.ts';
import { forestGraph } from '../trees/forest-graph.ts';
import { findLibrary } from './find-library.ts';
import type { LibraryName, Observations, Predicted } from './protocol.ts';
import { NativeThread } from './thread.ts';

export interface NativePlaces {
  /** Folders that may hold the native libraries, joined as in LD_LIBRARY_PATH. */
  readonly searchPath: string;
  /** `worker.ts`, or the file it was bundled into. */
  readonly workerFile: string | URL;
}

/** Asks the library about rows with the columns that were fitted. */
export type Ask = (matrix: Matrix, kind: Predicted, width: number) => Promise<Float64Array>;

/** What is a library's own among the boosted families. */
export interface Boosting {
  readonly name: LibraryName;
  readonly searchSpace: readonly ParameterRange[];
  /** `name=value` of all parameters, separated by spaces. @throws RejectedInput for those without exact export */
  readonly parameterText: (parameters: ModelParameters, seed: number, threads: number) => string;
  /** The sample weights as the library is given them. */
  readonly weights: (weights: Float64Array) => Float32Array;
  readonly parseModel: (text: string) => Forest;
  /** The library's answers about the trees of `parseModel`. */
  readonly oracle: (ask: Ask, text: string) => TreeOracle;
}

/** Gradient-boosted trees by a native library, in a thread of its own that starts with the first fit. */
export function boostedFamily(boosting: Boosting, { searchPath, workerFile }: NativePlaces): ModelFamily {
  const { name, searchSpace } = boosting;
  const found = findLibrary(name, searchPath);
  let thread: NativeThread | null = null;
  return {
    name,
    searchSpace,
    availability: () => (found.available ? { available: true } : found),
    async fit(request) {
      if (!found.available) throw new InvariantViolated(`${name}: ${found.reason}`);
      const { library, openmp } = found;
      // A thread that died takes its night with it, not the next one.
      if (thread === null || !thread.isOpen) thread = new NativeThread({ name, library, openmp }, workerFile);
      return fitBoosted(boosting, thread, request);
    },
    close() {
      thread?.[Symbol.dispose]();
      thread = null;
    },
  };
}

async function fitBoosted(
  boosting: Boosting,
  thread: NativeThread,
  request: FitRequest,
): Promise<FittedModel> {
  const { training, validation, rounds, earlyStoppingRounds, onRound, signal } = request;
  const parameters = boosting.parameterText(request.parameters, request.seed, request.threads);
  checkTraining(training);
  const observe = ({ values, weights, ...rest }: LabelledMatrix): Observations => {
    const { rows, columns, labels } = rest;
    return { features: values, rows, columns, labels, weights: boosting.weights(weights) };
  };
  const reply = await thread.train(
    {
      training: observe(training),
      validation: validation === null ? null : observe(validation),
      parameters,
      rounds,
      earlyStoppingRounds,
    },
    { onRound, signal },
  );
  const card = { library: boosting.name, parameters, rounds: reply.rounds };
  return new BoostedModel(boosting, thread, reply.text, { ...reply, card });
}

class BoostedModel implements FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  readonly card: ModelParameters;
  readonly #boosting: Boosting;
  readonly #text: string;
  readonly #oracle: TreeOracle;

  constructor(
    boosting: Boosting,
    thread: NativeThread,
    text: string,
    { rounds, validationLosses, card }: Pick<FittedModel, 'rounds' | 'validationLosses' | 'card'>,
  ) {
    this.rounds = rounds;
    this.validationLosses = validationLosses;
    this.card = card;
    this.#boosting = boosting;
    this.#text = text;
    const ask: Ask = ({ values, rows: count, columns }, kind, width) =>
      thread.predict({ text, features: values, rows: count, columns, kind, width });
    this.#oracle = boosting.oracle(ask, text);
  }

  rawScores(matrix: Matrix): Promise<Float64Array> {
    return this.#oracle.rawScores(matrix);
  }

  exportModel(layout: ExportLayout): ExportedModel {
    const forest = this.#forest(layout);
    const trees = new TextEncoder().encode(writeForest(forest));
    const onnx = writeClassifier(forestGraph(forest), layout.regimeStates, layout.calibration);
    return { onnx, files: new Map([['trees.json', trees]]) };
  }

  async verifyExport(
    exported: ExportedModel,
    layout: ExportLayout,
    sample: Matrix,
    options: VerifyOptions,
  ): Promise<ExactnessReport> {
    const forest = this.#forest(layout);
    // The gate asks about the same rows several times.
    const picked = new WeakMap<Matrix, Matrix>();
    const fitted = (matrix: Matrix): Matrix => {
      const known = picked.get(matrix) ?? pickColumns(matrix, layout.places);
      picked.set(matrix, known);
      return known;
    };
    const oracle: TreeOracle = {
      leaves: (matrix) => this.#oracle.leaves(fitted(matrix)),
      rawScores: (matrix) => this.#oracle.rawScores(fitted(matrix)),
    };
    const session = await options.openSession(exported.onnx);
    try {
      const { regimeStates, calibration } = layout;
      return await checkExactness({ forest, oracle, session, regimeStates, calibration, sample, ...options });
    } finally {
      await session.close();
    }
  }

  #forest({ places, columns }: ExportLayout): Forest {
    return moveColumns(this.#boosting.parseModel(this.#text), places, columns);
  }
}

/** The columns that the model was fitted on, in its order. */
function pickColumns({ values, rows, columns }: Matrix, places: Int32Array): Matrix {
  const width = places.length;
  const picked = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    for (let at = 0; at < width; at += 1) {
      picked[row * width + at] = values[row * columns + (places[at] as number)] as number;
    }
  }
  return { values: picked, rows, columns: width };
}
