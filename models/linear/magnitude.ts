import type {
  ExactnessReport,
  ExportedModel,
  FittedMagnitude,
  MagnitudeLayout,
  MagnitudeRequest,
  Matrix,
  MeasuredMatrix,
  VerifyOptions,
} from '../../shared/ports/model-family.ts';
import { checkMeasured } from '../families/check-training.ts';
import { rootMeanSquaredError } from '../families/root-mean-squared-error.ts';
import { compareScores } from '../onnx/compare-scores.ts';
import { writeRegressor } from '../onnx/regressor.ts';
import { fitDesign } from './fit-design.ts';
import { linearGraph } from './graph.ts';
import {
  boundsByColumn,
  type LinearModel,
  linearScores,
  moveTerms,
  termsOf,
  writeLinear,
} from './linear-model.ts';
import { ridgeOf } from './parameters.ts';
import { ridgeRegression } from './ridge-regression.ts';

/** Some eighty columns against the few hundred independent observations of a month's fifteen-minute moves. */
const MAGNITUDE_RIDGE = 0.1;

/** Ridge regression of a number on the terms of the classifier. Seed, threads and rounds change nothing. */
export async function fitLinearMagnitude(request: MagnitudeRequest): Promise<FittedMagnitude> {
  const { training, validation, parameters, onRound, signal } = request;
  signal?.throwIfAborted();
  const l2 = ridgeOf(parameters) ?? MAGNITUDE_RIDGE;
  checkMeasured(training);
  const design = fitDesign(training);
  const { weights, bias } = ridgeRegression(
    {
      terms: termsOf(design, training),
      width: design.termColumns.length,
      amounts: training.amounts,
      weights: shares(training),
    },
    l2,
  );
  onRound?.(1);
  const model = { ...design, classes: 1, weights, bias: Float64Array.of(bias) };
  const losses =
    validation === null ? [] : [rootMeanSquaredError(linearScores(model, validation), validation)];
  return fitted(model, losses, { solver: 'normal equations', l2 });
}

function shares({ weights }: MeasuredMatrix): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function fitted(
  model: LinearModel,
  validationLosses: readonly number[],
  card: FittedMagnitude['card'],
): FittedMagnitude {
  return {
    rounds: 1,
    validationLosses,
    card,
    values: async (matrix) => linearScores(model, matrix),
    exportModel: (layout) => exported(moveTerms(model, layout.places, layout.columns), layout),
    verifyExport: (given, layout, sample, options) =>
      verified(moveTerms(model, layout.places, layout.columns), given, layout, sample, options),
  };
}

function exported(model: LinearModel, { regimeStates }: MagnitudeLayout): ExportedModel {
  return {
    onnx: writeRegressor(linearGraph(model), regimeStates),
    files: new Map([['linear.json', new TextEncoder().encode(writeLinear(model))]]),
  };
}

async function verified(
  model: LinearModel,
  { onnx }: ExportedModel,
  { regimeStates }: MagnitudeLayout,
  sample: Matrix,
  options: VerifyOptions,
): Promise<ExactnessReport> {
  const session = await options.openSession(onnx);
  try {
    const oracle = { rawScores: async (matrix: Matrix) => linearScores(model, matrix) };
    const edges = boundsByColumn(model);
    return await compareScores({
      oracle,
      edges,
      session,
      regimeStates,
      calibration: null,
      sample,
      ...options,
    });
  } finally {
    await session.close();
  }
}
