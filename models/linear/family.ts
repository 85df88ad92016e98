import type {
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
import { scoresLogLoss } from '../families/scores-log-loss.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { compareScores } from '../onnx/compare-scores.ts';
import { chooseRidge } from './choose-ridge.ts';
import { fitDesign } from './fit-design.ts';
import { linearGraph } from './graph.ts';
import {
  boundsByColumn,
  type Design,
  type LinearModel,
  linearScores,
  moveTerms,
  termsOf,
  writeLinear,
} from './linear-model.ts';
import { fitLinearMagnitude } from './magnitude.ts';
import { optimum } from './optimum.ts';
import { ridgeOf, SEARCH_SPACE } from './parameters.ts';
import { ridgeLogistic, type Terms } from './ridge-logistic.ts';

const CLASSES = 3;
/** Raw score of a class without training rows: its chance is nothing, and finite. */
const UNSEEN_SCORE = Math.log(1e-15);

/**
 * Ridge multinomial logistic regression, in TypeScript: always available, the baseline that others have to beat.
 * The optimum is unique, so seed, threads and rounds change nothing.
 *
 * @example
 * const model = await linearFamily().fit(request);
 */
export function linearFamily(): ModelFamily {
  return {
    name: 'linear',
    searchSpace: SEARCH_SPACE,
    availability: () => ({ available: true }),
    fit: fitLinear,
    fitMagnitude: fitLinearMagnitude,
    close: () => undefined,
  };
}

async function fitLinear(request: FitRequest): Promise<FittedModel> {
  const { training, validation, parameters, signal } = request;
  signal?.throwIfAborted();
  const given = ridgeOf(parameters);
  checkTraining(training);
  const design = fitDesign(training);
  const seen = [...new Set(training.labels.filter((_, row) => (training.weights[row] as number) > 0))].sort();
  const data = problemData(design, training, seen);
  const rowsOf = (rows: LabelledMatrix) => ({ ...rows, terms: termsOf(design, rows), width: data.width });
  const later = validation === null ? null : rowsOf(validation);
  const l2 =
    given ?? (await chooseRidge({ ...training, terms: data.terms, width: data.width }, later, request));
  const { point, gradient, steps } = await optimum(ridgeLogistic(data, l2), request);
  const model = { ...design, classes: CLASSES, ...spread(point, seen, design.termColumns.length) };
  const card = { solver: 'preconditioned L-BFGS', l2, steps, largest_gradient: gradient };
  const losses = validation === null ? [] : [scoresLogLoss(linearScores(model, validation), validation)];
  return new FittedLinear(model, steps, losses, card);
}

function problemData(design: Design, training: LabelledMatrix, seen: readonly number[]): Terms {
  const total = training.weights.reduce((sum, weight) => sum + weight, 0);
  return {
    terms: termsOf(design, training),
    width: design.termColumns.length,
    classes: seen.length,
    labels: training.labels.map((label) => Math.max(0, seen.indexOf(label))),
    weights: training.weights.map((weight) => weight / total),
  };
}

/** The optimum's weights and biases among all classes. */
function spread(point: Float64Array, seen: readonly number[], width: number) {
  const weights = new Float64Array(CLASSES * width);
  const bias = new Float64Array(CLASSES).fill(UNSEEN_SCORE);
  seen.forEach((own, at) => {
    const start = at * (width + 1);
    weights.set(point.subarray(start, start + width), own * width);
    bias[own] = point[start + width] as number;
  });
  return { weights, bias };
}

class FittedLinear implements FittedModel {
  readonly rounds: number;
  readonly validationLosses: readonly number[];
  readonly card: FittedModel['card'];
  readonly #model: LinearModel;

  constructor(model: LinearModel, rounds: number, losses: readonly number[], card: FittedModel['card']) {
    this.#model = model;
    this.rounds = rounds;
    this.validationLosses = losses;
    this.card = card;
  }

  async rawScores(matrix: Matrix): Promise<Float64Array> {
    return linearScores(this.#model, matrix);
  }

  exportModel(layout: ExportLayout): ExportedModel {
    const model = this.#moved(layout);
    return {
      onnx: writeClassifier(linearGraph(model), layout.regimeStates, layout.calibration),
      files: new Map([['linear.json', new TextEncoder().encode(writeLinear(model))]]),
    };
  }

  async verifyExport(exported: ExportedModel, layout: ExportLayout, sample: Matrix, options: VerifyOptions) {
    const model = this.#moved(layout);
    const session = await options.openSession(exported.onnx);
    try {
      const { regimeStates, calibration } = layout;
      const oracle = { rawScores: async (matrix: Matrix) => linearScores(model, matrix) };
      return await compareScores({
        oracle,
        edges: boundsByColumn(model),
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

  #moved({ places, columns }: ExportLayout): LinearModel {
    return moveTerms(this.#model, places, columns);
  }
}
