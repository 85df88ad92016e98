import { InvariantViolated } from '../../shared/errors.ts';
import { cholesky } from '../../shared/stats/cholesky.ts';
import { solveCholesky } from '../../shared/stats/solve-cholesky.ts';
import type { Evaluated, Problem } from './minimise.ts';

/** Standardised terms with their classes, numbered from 0 without gaps, and weights that add up to 1. */
export interface Terms {
  /** [rows x width] */
  readonly terms: Float64Array;
  readonly width: number;
  readonly classes: number;
  readonly labels: Int32Array;
  readonly weights: Float64Array;
}

/** No component of the gradient of the mean log-loss is larger at the end. */
export const GRADIENT_TOLERANCE = 1e-8;

/**
 * Multinomial logistic regression with a ridge: the weighted mean log-loss plus l2 / 2 times the sum of squared weights
 * (biases are free). A point holds [classes x (width + 1)] numbers, each class's bias after its weights.
 *
 * Classes' weights add up to 0 at every point, as the ridge wants them to: the start does, gradients do.
 *
 * @param l2 - > 0
 */
export function ridgeLogistic(data: Terms, l2: number): Problem {
  return ridgeLogistics(data)(l2);
}

/** The same for several ridges. */
export function ridgeLogistics(data: Terms): (l2: number) => Problem {
  const { width, classes } = data;
  const moments = secondMoments(data);
  return (l2) => ({
    evaluate: (point) => evaluate(data, l2, point),
    precondition: boundedHessian(moments, data, l2),
    start: new Float64Array(classes * (width + 1)),
    tolerance: GRADIENT_TOLERANCE,
  });
}

function evaluate(
  { terms, width, classes, labels, weights }: Terms,
  l2: number,
  point: Float64Array,
): Evaluated {
  const gradient = new Float64Array(point.length);
  const scores = new Float64Array(classes);
  let loss = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const start = row * width;
    const label = labels[row] as number;
    const weight = weights[row] as number;
    loss += weight * scoreRow(terms, start, width, point, scores, label);
    for (let own = 0; own < classes; own += 1) {
      const residual = weight * ((scores[own] as number) - (own === label ? 1 : 0));
      const place = own * (width + 1);
      for (let at = 0; at < width; at += 1) gradient[place + at]! += residual * (terms[start + at] as number);
      gradient[place + width]! += residual;
    }
  }
  return { point, value: loss + addRidge(point, gradient, width, l2), gradient };
}

/** Leaves the probabilities of one row in `scores`. @returns its log-loss */
function scoreRow(
  terms: Float64Array,
  start: number,
  width: number,
  point: Float64Array,
  scores: Float64Array,
  label: number,
): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let own = 0; own < scores.length; own += 1) {
    const place = own * (width + 1);
    let score = point[place + width] as number;
    for (let at = 0; at < width; at += 1)
      score += (point[place + at] as number) * (terms[start + at] as number);
    scores[own] = score;
    if (score > most) most = score;
  }
  const margin = (scores[label] as number) - most;
  let sum = 0;
  for (let own = 0; own < scores.length; own += 1) {
    scores[own] = Math.exp((scores[own] as number) - most);
    sum += scores[own] as number;
  }
  for (let own = 0; own < scores.length; own += 1) scores[own]! /= sum;
  return Math.log(sum) - margin;
}

function addRidge(point: Float64Array, gradient: Float64Array, width: number, l2: number): number {
  let squares = 0;
  for (let at = 0; at < point.length; at += 1) {
    if (at % (width + 1) === width) continue;
    const weight = point[at] as number;
    squares += weight * weight;
    gradient[at]! += l2 * weight;
  }
  return (l2 / 2) * squares;
}

/** Solves with Boehning's bound of the Hessian, half the terms' second moments for each class, plus the ridge. */
function boundedHessian(
  moments: Float64Array,
  { width, classes }: Terms,
  l2: number,
): Problem['precondition'] {
  const size = width + 1;
  const ridged = Float64Array.from(moments);
  for (let a = 0; a < width; a += 1) ridged[a * size + a]! += l2;
  const lower = cholesky(ridged, size);
  if (lower === null) {
    throw new InvariantViolated(
      'linear: expected finite terms with a positive ridge, was a singular Hessian',
    );
  }
  return (vector) => {
    const result = new Float64Array(vector.length);
    for (let own = 0; own < classes; own += 1) {
      const part = vector.subarray(own * size, (own + 1) * size);
      result.set(solveCholesky(lower, part, size), own * size);
    }
    return result;
  };
}

function secondMoments({ terms, width, labels, weights }: Terms): Float64Array {
  const size = width + 1;
  const moments = new Float64Array(size * size);
  for (let row = 0; row < labels.length; row += 1) {
    const start = row * width;
    for (let a = 0; a < width; a += 1) {
      const weighted = 0.5 * (weights[row] as number) * (terms[start + a] as number);
      const place = a * size;
      for (let b = 0; b <= a; b += 1) moments[place + b]! += weighted * (terms[start + b] as number);
    }
  }
  // The terms' weighted means are 0, so the bias has no product with them. Only the lower triangle is read.
  moments[size * size - 1] = 0.5;
  return moments;
}
