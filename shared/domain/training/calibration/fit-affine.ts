import { cholesky } from '../../../stats/cholesky.ts';
import { solveCholesky } from '../../../stats/solve-cholesky.ts';
import type { CalibrationPart, ScoredRows } from '../calibration.ts';
import { CLASS_COUNT, HOLD } from '../classes.ts';
import { regimeWeights } from './regime-weights.ts';

// A prior that costs as much as one observation keeps the fit near the identity on little data, one of ten keeps a
// regime near what holds everywhere until about half a session says otherwise.
const RIDGE = 1;
const REGIME_RIDGE = 10;
const STEPS = 50;
// Of the loss of one observation; the parameters are then within a millionth of a standard error.
const LEAST_PROMISE = 1e-12;
// Scores that say nothing, or the opposite, are flattened to the base rates; their order is kept.
const LEAST_SCALE = 0.05;

/** A scale and a bias for HOLD of each part: [2 x parts]. */
type Parameters = Float64Array;

interface Problem {
  readonly rows: ScoredRows;
  /** [rows x parts]: a row's scale and bias are the parts', weighted. */
  readonly shares: Float64Array;
  /** Where the parameters are without evidence. */
  readonly prior: Parameters;
  readonly ridge: number;
}

interface Evaluated {
  readonly theta: Parameters;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** One scale for all classes and, where wanted, the bias of HOLD, by penalised maximum likelihood. */
export function fitAffine(rows: ScoredRows, withBias: boolean): CalibrationPart {
  const shares = regimeWeights(undefined, rows.labels.length, 0);
  const problem = { rows, shares, prior: Float64Array.of(1, 0), ridge: RIDGE };
  return partOf(descend(problem, withBias ? [0, 1] : [0]), 0);
}

/**
 * A scale and a bias of HOLD for each regime state. They are fitted together, each row counting for its states by their
 * chances, and drawn to the common ones, where a regime without rows stays.
 */
export function fitAffineByRegime(
  rows: ScoredRows,
  common: CalibrationPart,
  states: number,
): CalibrationPart[] {
  const start = [common.scale[HOLD] as number, common.bias[HOLD] as number];
  const prior = Float64Array.from({ length: 2 * (states + 1) }, (_, at) => start[at % 2] as number);
  const shares = regimeWeights(rows.regimes, rows.labels.length, states);
  // The common ones were fitted to all rows already.
  const free = Array.from({ length: 2 * states }, (_, at) => at);
  const theta = descend({ rows, shares, prior, ridge: REGIME_RIDGE }, free);
  return Array.from({ length: states }, (_, state) => partOf(theta, state));
}

function partOf(theta: Parameters, part: number): CalibrationPart {
  const scale = theta[2 * part] as number;
  const bias = new Array<number>(CLASS_COUNT).fill(0);
  bias[HOLD] = theta[2 * part + 1] as number;
  return { scale: new Array<number>(CLASS_COUNT).fill(scale), bias };
}

/**
 * Moves the free parameters to where the penalised loss is least (Newton's method; the problem is convex). Scales that
 * come out too small are held at the least, and the others moved once more.
 */
function descend(problem: Problem, free: readonly number[], start = problem.prior): Parameters {
  let reached = evaluate(problem, start);
  for (let step = 0; step < STEPS; step += 1) {
    const next = newtonStep(problem, reached, free);
    if (next === null) break;
    reached = next;
  }
  const { theta } = reached;
  const isFlat = (at: number) => at % 2 === 0 && (theta[at] as number) < LEAST_SCALE;
  const flat = free.filter(isFlat);
  if (flat.length === 0) return theta;
  const held = theta.map((value, at) => (flat.includes(at) ? LEAST_SCALE : value));
  const others = free.filter((at) => !isFlat(at));
  return others.length === 0 ? held : descend(problem, others, held);
}

/** Newton's step, halved until it improves; null when there is nothing left to gain. */
function newtonStep(problem: Problem, reached: Evaluated, free: readonly number[]): Evaluated | null {
  const { theta, loss, gradient, hessian } = reached;
  const slopes = free.map((i) => gradient[i] as number);
  const curvatures = free.flatMap((i) => free.map((j) => hessian[i * theta.length + j] as number));
  const lower = cholesky(curvatures, free.length);
  if (lower === null) return null;
  const direction = solveCholesky(lower, slopes, free.length);
  const promised = slopes.reduce((sum, slope, at) => sum + slope * (direction[at] as number), 0);
  if (promised < LEAST_PROMISE) return null;
  for (let length = 1; length > 1e-6; length /= 2) {
    const moved = Float64Array.from(theta);
    free.forEach((i, at) => {
      moved[i]! -= length * (direction[at] as number);
    });
    const next = evaluate(problem, moved);
    if (next.loss < loss) return next;
  }
  return null;
}

/** Penalised loss with its derivatives, in one pass. */
function evaluate({ rows, shares, prior, ridge }: Problem, theta: Parameters): Evaluated {
  const size = theta.length;
  const parts = size / 2;
  const gradient = theta.map((value, at) => ridge * (value - (prior[at] as number)));
  const hessian = new Float64Array(size * size);
  let loss = 0;
  for (let at = 0; at < size; at += 1) {
    hessian[at * size + at] = ridge;
    loss += (ridge / 2) * ((theta[at] as number) - (prior[at] as number)) ** 2;
  }
  const row = new Float64Array(DERIVATIVES);
  for (let at = 0; at < rows.labels.length; at += 1) {
    const weight = rows.weights[at] as number;
    if (weight === 0) continue;
    differentiate(row, rows, at, shares, theta);
    loss += weight * (row[0] as number);
    spread(gradient, hessian, row, shares, at * parts, weight);
  }
  return { theta, loss, gradient, hessian };
}

/** Loss; its slopes by the row's own scale and bias; its curvatures by scale, by both, by bias. */
const DERIVATIVES = 6;

function differentiate(
  into: Float64Array,
  { rawScores, labels }: ScoredRows,
  row: number,
  shares: Float64Array,
  theta: Parameters,
): void {
  const parts = theta.length / 2;
  let [scale, bias] = [0, 0];
  for (let part = 0; part < parts; part += 1) {
    const share = shares[row * parts + part] as number;
    scale += share * (theta[2 * part] as number);
    bias += share * (theta[2 * part + 1] as number);
  }
  const start = row * CLASS_COUNT;
  const label = labels[row] as number;
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < CLASS_COUNT; at += 1) {
    const score = (rawScores[start + at] as number) * scale + (at === HOLD ? bias : 0);
    if (score > largest) largest = score;
  }
  let [sum, mean, square, hold, holdScore, own] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < CLASS_COUNT; at += 1) {
    const raw = rawScores[start + at] as number;
    const score = raw * scale + (at === HOLD ? bias : 0) - largest;
    const power = Math.exp(score);
    sum += power;
    mean += power * raw;
    square += power * raw * raw;
    if (at === HOLD) {
      hold = power;
      holdScore = power * raw;
    }
    if (at === label) own = score;
  }
  mean /= sum;
  hold /= sum;
  into[0] = Math.log(sum) - own;
  into[1] = mean - (rawScores[start + label] as number);
  into[2] = hold - (label === HOLD ? 1 : 0);
  into[3] = square / sum - mean * mean;
  into[4] = holdScore / sum - mean * hold;
  into[5] = hold - hold * hold;
}

/** Adds a row's derivatives to those of the parts that it counts for. */
function spread(
  gradient: Float64Array,
  hessian: Float64Array,
  row: Float64Array,
  shares: Float64Array,
  start: number,
  weight: number,
): void {
  const size = gradient.length;
  const parts = size / 2;
  for (let i = 0; i < parts; i += 1) {
    const share = weight * (shares[start + i] as number);
    if (share === 0) continue;
    gradient[2 * i]! += share * (row[1] as number);
    gradient[2 * i + 1]! += share * (row[2] as number);
    for (let j = 0; j < parts; j += 1) {
      const both = share * (shares[start + j] as number);
      const at = 2 * i * size + 2 * j;
      hessian[at]! += both * (row[3] as number);
      hessian[at + 1]! += both * (row[4] as number);
      hessian[at + size]! += both * (row[4] as number);
      hessian[at + size + 1]! += both * (row[5] as number);
    }
  }
}
