import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvariantViolated } from '../../shared/errors.ts';
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
import { logSumExp } from '../../shared/stats/log-sum-exp.ts';
import { checkTraining } from '../families/check-training.ts';
import { writeClassifier } from '../onnx/classifier.ts';
import { compareScores } from '../onnx/compare-scores.ts';
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
import { type Evaluated, largest, minimise } from './minimise.ts';
import { ridgeOf, SEARCH_SPACE } from './parameters.ts';
import { GRADIENT_TOLERANCE, ridgeLogistic, type Terms } from './ridge-logistic.ts';

const CLASSES = 3;
const MOST_STEPS = 500;
/** Rounding may stop the last step short of the tolerance; more than this is not converged. */
const LOOSE_TOLERANCE = 1e-6;
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
  const l2 = ridgeOf(parameters);
  checkTraining(training);
  const design = fitDesign(training);
  const seen = [...new Set(training.labels.filter((_, row) => (training.weights[row] as number) > 0))].sort();
  const { point, gradient, steps } = await optimum(problemData(design, training, seen), l2, request);
  const model = { ...design, classes: CLASSES, ...spread(point, seen, design.termColumns.length) };
  const card = { solver: 'preconditioned L-BFGS', l2, steps, largest_gradient: gradient };
  return new FittedLinear(model, steps, validation === null ? [] : [logLoss(model, validation)], card);
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

async function optimum(data: Terms, l2: number, { onRound, signal }: FitRequest) {
  const problem = ridgeLogistic(data, l2);
  let reached: Evaluated = problem.evaluate(problem.start);
  let steps = 0;
  for (const next of minimise(problem)) {
    reached = next;
    steps += 1;
    onRound?.(steps);
    // A step is long enough to be asked between two of them whether it is still wanted.
    await nextTurn();
    signal?.throwIfAborted();
    if (steps === MOST_STEPS) break;
  }
  const gradient = largest(reached.gradient);
  if (!(gradient <= LOOSE_TOLERANCE)) {
    throw new InvariantViolated(
      `linear: expected a gradient of at most ${GRADIENT_TOLERANCE} within ${MOST_STEPS} steps, was ${gradient}`,
    );
  }
  return { point: reached.point, gradient, steps: Math.max(1, steps) };
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

function logLoss(model: LinearModel, validation: LabelledMatrix): number {
  const scores = linearScores(model, validation);
  let [sum, total] = [0, 0];
  validation.labels.forEach((label, row) => {
    const own = scores.subarray(row * CLASSES, (row + 1) * CLASSES);
    const weight = validation.weights[row] as number;
    sum += weight * (logSumExp(own) - (own[label] as number));
    total += weight;
  });
  return sum / total;
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
