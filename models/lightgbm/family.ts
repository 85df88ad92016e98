import { InvariantViolated } from '../../shared/errors.ts';
import type {
  Availability,
  ExactnessReport,
  ExportedModel,
  ExportLayout,
  FitRequest,
  FittedModel,
  LabelledMatrix,
  Matrix,
  ModelFamily,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { checkTraining } from '../families/check-training.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { checkExactness } from '../trees/exactness.ts';
import { moveColumns, writeForest } from '../trees/forest.ts';
import { forestGraph } from '../trees/forest-graph.ts';
import type { Observations } from './booster.ts';
import { LightGbmEngine } from './engine.ts';
import { findLibrary, type Library } from './library.ts';
import { parameterText, SEARCH_SPACE } from './parameters.ts';
import { parseModel } from './parse-model.ts';

export interface LightGbmPlaces {
  /** Folders that may hold lib_lightgbm.so, joined as in LD_LIBRARY_PATH. */
  readonly searchPath: string;
  /** `worker.ts`, or the file it was bundled into. */
  readonly workerFile: string | URL;
}

/**
 * Gradient-boosted trees by LightGBM, in a thread of its own that starts with the first fit.
 *
 * @example
 * const family = lightGbmFamily({ searchPath: '/opt/lib', workerFile: '/var/task/lightgbm-worker.js' });
 * const model = await family.fit(request);
 */
export function lightGbmFamily({ searchPath, workerFile }: LightGbmPlaces): ModelFamily {
  const library = findLibrary(searchPath);
  let engine: LightGbmEngine | null = null;
  return {
    name: 'lightgbm',
    searchSpace: SEARCH_SPACE,
    availability: () => asAvailability(library),
    async fit(request) {
      if (!library.available) throw new InvariantViolated(`lightgbm: ${library.reason}`);
      // A thread that died takes its night with it, not the next one.
      if (engine === null || !engine.isOpen) engine = new LightGbmEngine(library, workerFile);
      return fitBoosted(engine, request);
    },
    close() {
      engine?.[Symbol.dispose]();
      engine = null;
    },
  };
}

function asAvailability(library: Library): Availability {
  return library.available ? { available: true } : library;
}

async function fitBoosted(engine: LightGbmEngine, request: FitRequest): Promise<FittedModel> {
  const { onRound, signal } = request;
  checkTraining(request.training);
  const parameters = parameterText(request.parameters, request.seed, request.threads);
  const { text, rounds, validationLosses } = await engine.train(
    {
      training: observations(request.training),
      validation: request.validation === null ? null : observations(request.validation),
      parameters,
      rounds: request.rounds,
      earlyStoppingRounds: request.earlyStoppingRounds,
    },
    { onRound, signal },
  );
  const card = { library: 'LightGBM', parameters, rounds };
  return new LightGbmModel(engine, text, rounds, validationLosses, card);
}

function observations({ values, rows, columns, labels, weights }: LabelledMatrix): Observations {
  return { features: values, rows, columns, labels, weights: Float32Array.from(weights) };
}

class LightGbmModel implements FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  readonly card: FittedModel['card'];
  readonly #engine: LightGbmEngine;
  readonly #text: string;

  constructor(
    engine: LightGbmEngine,
    text: string,
    rounds: number,
    validationLosses: readonly number[],
    card: FittedModel['card'],
  ) {
    this.#engine = engine;
    this.#text = text;
    this.rounds = rounds;
    this.validationLosses = validationLosses;
    this.card = card;
  }

  rawScores(matrix: Matrix): Promise<Float64Array> {
    return this.#predict(matrix, 'raw', 3);
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
    const fitted = (matrix: Matrix) => pickColumns(matrix, layout.places);
    const oracle = {
      leaves: (matrix: Matrix) => this.#predict(fitted(matrix), 'leaf', forest.roots.length),
      rawScores: (matrix: Matrix) => this.#predict(fitted(matrix), 'raw', forest.classes),
    };
    const session = await options.openSession(exported.onnx);
    try {
      const { regimeStates, calibration } = layout;
      return await checkExactness({ forest, oracle, session, regimeStates, calibration, sample, ...options });
    } finally {
      await session.close();
    }
  }

  #forest({ places, columns }: ExportLayout) {
    return moveColumns(parseModel(this.#text), places, columns);
  }

  #predict({ values, rows, columns }: Matrix, kind: 'raw' | 'leaf', width: number): Promise<Float64Array> {
    return this.#engine.predict({ text: this.#text, features: values, rows, columns, kind, width });
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
