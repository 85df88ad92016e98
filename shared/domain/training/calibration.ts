import { cholesky } from '../../stats/cholesky.ts';
import { logLoss } from '../../stats/log-loss.ts';
import { softmaxRows } from '../../stats/softmax-rows.ts';
import { solveCholesky } from '../../stats/solve-cholesky.ts';
import { CLASS_COUNT, HOLD } from './classes.ts';

export type CalibrationKind = 'identity' | 'temperature' | 'temperature and hold bias';

/**
 * Calibrated probabilities are softmax(score x scale + bias): temperature scaling (Guo et al. 2017), with
 * a bias (Alexandari et al. 2020) for HOLD only. Between SELL and BUY there is none: that the market went
 * one way in the weeks of the fit is no reason to expect it to go on.
 */
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
// Scores that say nothing, or the opposite, are flattened to the base rates; their order is kept.
const LEAST_SCALE = 0.05;

/** One scale for all classes, the bias of HOLD. */
const START = [1, 0] as const;
const SIZE = START.length;
const FREE: Readonly<Record<CalibrationKind, readonly number[]>> = {
  identity: [],
  temperature: [0],
  'temperature and hold bias': [0, 1],
};

/** Fits a calibration by penalised maximum likelihood (Newton's method; the problem is convex). */
export function fitCalibration(rows: ScoredRows, kind: CalibrationKind): Calibration {
  if (kind === 'identity' || rows.labels.length === 0) return IDENTITY;
  const free = FREE[kind];
  const theta = descend(rows, Float64Array.from(START), free);
  if ((theta[0] as number) >= LEAST_SCALE) return asCalibration(kind, theta);
  const flattened = Float64Array.of(LEAST_SCALE, 0);
  return asCalibration(kind, descend(rows, flattened, free.slice(1)));
}

function asCalibration(kind: CalibrationKind, theta: Float64Array): Calibration {
  const [scale, hold] = theta as unknown as [number, number];
  return { kind, scale: [scale, scale, scale], bias: [0, hold, 0] };
}

/** Moves the free parameters to where the penalised loss is least. */
function descend(rows: ScoredRows, start: Float64Array, free: readonly number[]): Float64Array {
  let theta = start;
  let loss = penalisedLoss(rows, theta);
  for (let step = 0; step < STEPS && free.length > 0; step += 1) {
    const next = newtonStep(rows, theta, loss, free);
    if (next === null || loss - next.loss < 1e-12) break;
    ({ theta, loss } = next);
  }
  return theta;
}

function penalisedLoss(rows: ScoredRows, theta: Float64Array): number {
  const probabilities = calibrate(rows.rawScores, asCalibration('temperature', theta));
  const weight = rows.weights.reduce((sum, value) => sum + value, 0);
  const penalty = theta.reduce((sum, value, at) => sum + (value - (START[at] as number)) ** 2, 0);
  return logLoss(probabilities, rows.labels, CLASS_COUNT, rows.weights) * weight + (RIDGE / 2) * penalty;
}

/** Newton's step, halved until it improves; null when it cannot. */
function newtonStep(rows: ScoredRows, theta: Float64Array, loss: number, free: readonly number[]) {
  const { gradient, hessian } = derivatives(rows, theta);
  const slopes = free.map((i) => gradient[i] as number);
  const curvatures = free.flatMap((i) => free.map((j) => hessian[i * SIZE + j] as number));
  const lower = cholesky(curvatures, free.length);
  if (lower === null) return null;
  const direction = solveCholesky(lower, slopes, free.length);
  for (let length = 1; length > 1e-6; length /= 2) {
    const next = Float64Array.from(theta);
    free.forEach((i, at) => {
      next[i]! -= length * (direction[at] as number);
    });
    const nextLoss = penalisedLoss(rows, next);
    if (nextLoss < loss) return { theta: next, loss: nextLoss };
  }
  return null;
}

function derivatives(rows: ScoredRows, theta: Float64Array) {
  const gradient = theta.map((value, at) => RIDGE * (value - (START[at] as number)));
  const hessian = Float64Array.from({ length: SIZE * SIZE }, (_, at) => (at % (SIZE + 1) === 0 ? RIDGE : 0));
  const probabilities = calibrate(rows.rawScores, asCalibration('temperature', theta));
  for (let row = 0; row < rows.labels.length; row += 1) {
    const at = row * CLASS_COUNT;
    const inputs = inputsOf(rows.rawScores.subarray(at, at + CLASS_COUNT));
    const p = probabilities.subarray(at, at + CLASS_COUNT);
    accumulate(gradient, hessian, inputs, p, rows.labels[row] as number, rows.weights[row] as number);
  }
  return { gradient, hessian };
}

/** How each class's score depends on each parameter: [classes x parameters]. */
function inputsOf(scores: Float64Array): Float64Array {
  const inputs = new Float64Array(CLASS_COUNT * SIZE);
  for (let at = 0; at < CLASS_COUNT; at += 1) {
    inputs[at * SIZE] = scores[at] as number;
  }
  inputs[HOLD * SIZE + 1] = 1;
  return inputs;
}

function accumulate(
  gradient: Float64Array,
  hessian: Float64Array,
  inputs: Float64Array,
  p: Float64Array,
  label: number,
  weight: number,
): void {
  const mean = (i: number) =>
    p.reduce((sum, chance, at) => sum + chance * (inputs[at * SIZE + i] as number), 0);
  const means = START.map((_, i) => mean(i));
  for (let i = 0; i < SIZE; i += 1) {
    gradient[i]! += weight * ((means[i] as number) - (inputs[label * SIZE + i] as number));
    for (let j = 0; j < SIZE; j += 1) {
      let both = 0;
      for (let at = 0; at < CLASS_COUNT; at += 1) {
        both += (p[at] as number) * (inputs[at * SIZE + i] as number) * (inputs[at * SIZE + j] as number);
      }
      hessian[i * SIZE + j]! += weight * (both - (means[i] as number) * (means[j] as number));
    }
  }
}
