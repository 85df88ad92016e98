import { cholesky } from '../../stats/cholesky.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { softmaxRows } from '../../stats/softmax-rows.ts';
import { solveCholesky } from '../../stats/solve-cholesky.ts';
import { CLASS_COUNT } from './classes.ts';

export type CalibrationKind = 'identity' | 'temperature' | 'vector';

/** Calibrated probabilities are softmax(score x scale + bias), class by class (Guo et al. 2017). */
export interface Calibration {
  readonly kind: CalibrationKind;
  readonly scale: readonly number[];
  readonly bias: readonly number[];
}

/** Raw scores [rows x 3] with the classes that came true. */
export interface ScoredRows {
  readonly rawScores: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float64Array;
}

export const IDENTITY: Calibration = { kind: 'identity', scale: [1, 1, 1], bias: [0, 0, 0] };

/** @returns [rows x 3], each row sums to 1 */
export function calibrate(rawScores: Float64Array, { scale, bias }: Calibration): Float64Array {
  const shifted = rawScores.map((score, at) => {
    const column = at % CLASS_COUNT;
    return score * (scale[column] as number) + (bias[column] as number);
  });
  return softmaxRows(shifted, CLASS_COUNT);
}

// A prior that costs as much as one observation keeps the fit near the identity on little data.
const RIDGE = 1;
const STEPS = 50;

/**
 * Fits a calibration by penalised maximum likelihood (Newton's method; the problem is convex).
 * Where the best scale would turn a class's order around, the identity is given.
 */
export function fitCalibration(rows: ScoredRows, kind: CalibrationKind): Calibration {
  if (kind === 'identity' || rows.labels.length === 0) return IDENTITY;
  const size = kind === 'temperature' ? 1 : 2 * CLASS_COUNT;
  let theta = Float64Array.from({ length: size }, (_, at) => (at < CLASS_COUNT ? 1 : 0));
  let loss = penalisedLoss(rows, theta);
  for (let step = 0; step < STEPS; step += 1) {
    const next = newtonStep(rows, theta, loss);
    if (next === null) break;
    const gain = loss - next.loss;
    ({ theta, loss } = next);
    if (gain < 1e-12) break;
  }
  const fitted = asCalibration(kind, theta);
  return fitted.scale.every((scale) => scale > 0) ? fitted : IDENTITY;
}

function asCalibration(kind: CalibrationKind, theta: Float64Array): Calibration {
  if (theta.length > 1)
    return { kind, scale: [...theta.slice(0, CLASS_COUNT)], bias: [...theta.slice(CLASS_COUNT)] };
  const scale = theta[0] as number;
  return { kind, scale: [scale, scale, scale], bias: [0, 0, 0] };
}

function penalisedLoss(rows: ScoredRows, theta: Float64Array): number {
  const probabilities = calibrate(rows.rawScores, asCalibration('vector', theta));
  const weight = rows.weights.reduce((sum, value) => sum + value, 0);
  const penalty = theta.reduce((sum, value, at) => sum + (value - (at < CLASS_COUNT ? 1 : 0)) ** 2, 0);
  return logLoss(probabilities, rows.labels, CLASS_COUNT, rows.weights) * weight + (RIDGE / 2) * penalty;
}

/** Newton's step, halved until it improves; null when it cannot. */
function newtonStep(rows: ScoredRows, theta: Float64Array<ArrayBuffer>, loss: number) {
  const { gradient, hessian } = derivatives(rows, theta);
  const lower = cholesky(hessian, theta.length);
  if (lower === null) return null;
  const direction = solveCholesky(lower, gradient, theta.length);
  for (let length = 1; length > 1e-6; length /= 2) {
    const next = theta.map((value, at) => value - length * (direction[at] as number));
    const nextLoss = penalisedLoss(rows, next);
    if (nextLoss < loss) return { theta: next, loss: nextLoss };
  }
  return null;
}

function derivatives(rows: ScoredRows, theta: Float64Array) {
  const size = theta.length;
  const gradient = theta.map((value, at) => RIDGE * (value - (at < CLASS_COUNT ? 1 : 0)));
  const hessian = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? RIDGE : 0));
  const probabilities = calibrate(rows.rawScores, asCalibration('vector', theta));
  const inputs = new Float64Array(CLASS_COUNT * size);
  for (let row = 0; row < rows.labels.length; row += 1) {
    const at = row * CLASS_COUNT;
    fillInputs(inputs, rows.rawScores.subarray(at, at + CLASS_COUNT), size);
    const p = probabilities.subarray(at, at + CLASS_COUNT);
    accumulate(gradient, hessian, inputs, p, rows.labels[row] as number, rows.weights[row] as number);
  }
  return { gradient, hessian };
}

/** How each class's score depends on each parameter. */
function fillInputs(inputs: Float64Array, scores: Float64Array, size: number): void {
  for (let at = 0; at < CLASS_COUNT; at += 1) {
    inputs[at * size + (size === 1 ? 0 : at)] = scores[at] as number;
    if (size > 1) inputs[at * size + CLASS_COUNT + at] = 1;
  }
}

function accumulate(
  gradient: Float64Array,
  hessian: Float64Array,
  inputs: Float64Array,
  p: Float64Array,
  label: number,
  weight: number,
): void {
  const size = gradient.length;
  const mean = (i: number) =>
    p.reduce((sum, chance, at) => sum + chance * (inputs[at * size + i] as number), 0);
  const means = gradient.map((_, i) => mean(i));
  for (let i = 0; i < size; i += 1) {
    gradient[i]! += weight * ((means[i] as number) - (inputs[label * size + i] as number));
    for (let j = 0; j < size; j += 1) {
      let both = 0;
      for (let at = 0; at < CLASS_COUNT; at += 1) {
        both += (p[at] as number) * (inputs[at * size + i] as number) * (inputs[at * size + j] as number);
      }
      hessian[i * size + j]! += weight * (both - (means[i] as number) * (means[j] as number));
    }
  }
}
