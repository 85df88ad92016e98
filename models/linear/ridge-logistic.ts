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

function evaluate(data: Terms, l2: number, point: Float64Array): Evaluated {
  const { width, classes, labels } = data;
  const gradient = new Float64Array(point.length);
  const scores = new Float64Array(classes * AT_ONCE);
  let loss = 0;
  for (let row = 0; row < labels.length; row += AT_ONCE) {
    const four = fourRows(data, row);
    scoreFour(data, four, point, scores);
    loss += lossOfFour(data, row, four, scores);
    addGradient(data, four, scores, gradient);
  }
  return { point, value: loss + addRidge(point, gradient, width, l2), gradient };
}

/** Rows that are looked at together: each number of the point is read once for them, and their sums do not wait. */
const AT_ONCE = 4;

/** Where four rows start and what they weigh; those beyond the last are the last one again, and weigh nothing. */
interface Four {
  readonly starts: readonly [number, number, number, number];
  readonly weights: readonly [number, number, number, number];
}

function fourRows({ width, labels, weights }: Terms, row: number): Four {
  const last = labels.length - 1;
  const start = (at: number) => Math.min(row + at, last) * width;
  const weight = (at: number) => (row + at > last ? 0 : (weights[row + at] as number));
  return {
    starts: [start(0), start(1), start(2), start(3)],
    weights: [weight(0), weight(1), weight(2), weight(3)],
  };
}

/** Leaves the scores of four rows in `scores`: [classes x 4]. */
function scoreFour(
  { terms, width, classes }: Terms,
  { starts }: Four,
  point: Float64Array,
  scores: Float64Array,
) {
  const [a, b, c, d] = starts;
  for (let own = 0; own < classes; own += 1) {
    const place = own * (width + 1);
    const bias = point[place + width] as number;
    let [first, second, third, fourth] = [bias, bias, bias, bias];
    for (let at = 0; at < width; at += 1) {
      const weight = point[place + at] as number;
      first += weight * (terms[a + at] as number);
      second += weight * (terms[b + at] as number);
      third += weight * (terms[c + at] as number);
      fourth += weight * (terms[d + at] as number);
    }
    const slot = own * AT_ONCE;
    scores[slot] = first;
    scores[slot + 1] = second;
    scores[slot + 2] = third;
    scores[slot + 3] = fourth;
  }
}

/** Leaves each row's weighted residuals in `scores`. @returns the rows' weighted log-loss */
function lossOfFour(
  { labels, classes }: Terms,
  row: number,
  { weights }: Four,
  scores: Float64Array,
): number {
  let loss = 0;
  for (let at = 0; at < AT_ONCE; at += 1) {
    const weight = weights[at] as number;
    const label = labels[Math.min(row + at, labels.length - 1)] as number;
    let most = Number.NEGATIVE_INFINITY;
    for (let own = 0; own < classes; own += 1) most = Math.max(most, scores[own * AT_ONCE + at] as number);
    const margin = (scores[label * AT_ONCE + at] as number) - most;
    let sum = 0;
    for (let own = 0; own < classes; own += 1) {
      const place = own * AT_ONCE + at;
      scores[place] = Math.exp((scores[place] as number) - most);
      sum += scores[place] as number;
    }
    for (let own = 0; own < classes; own += 1) {
      const place = own * AT_ONCE + at;
      scores[place] = weight * ((scores[place] as number) / sum - (own === label ? 1 : 0));
    }
    loss += weight * (Math.log(sum) - margin);
  }
  return loss;
}

function addGradient(
  { terms, width, classes }: Terms,
  { starts }: Four,
  residuals: Float64Array,
  gradient: Float64Array,
): void {
  const [a, b, c, d] = starts;
  for (let own = 0; own < classes; own += 1) {
    const place = own * (width + 1);
    const slot = own * AT_ONCE;
    const first = residuals[slot] as number;
    const second = residuals[slot + 1] as number;
    const third = residuals[slot + 2] as number;
    const fourth = residuals[slot + 3] as number;
    for (let at = 0; at < width; at += 1) {
      gradient[place + at]! +=
        first * (terms[a + at] as number) +
        second * (terms[b + at] as number) +
        third * (terms[c + at] as number) +
        fourth * (terms[d + at] as number);
    }
    gradient[place + width]! += first + second + third + fourth;
  }
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

function secondMoments(data: Terms): Float64Array {
  const { terms, width, labels } = data;
  const size = width + 1;
  const moments = new Float64Array(size * size);
  for (let row = 0; row < labels.length; row += AT_ONCE) {
    const { starts, weights } = fourRows(data, row);
    const [s, t, u, v] = starts;
    for (let a = 0; a < width; a += 1) {
      const first = 0.5 * weights[0] * (terms[s + a] as number);
      const second = 0.5 * weights[1] * (terms[t + a] as number);
      const third = 0.5 * weights[2] * (terms[u + a] as number);
      const fourth = 0.5 * weights[3] * (terms[v + a] as number);
      const place = a * size;
      for (let b = 0; b <= a; b += 1) {
        moments[place + b]! +=
          first * (terms[s + b] as number) +
          second * (terms[t + b] as number) +
          third * (terms[u + b] as number) +
          fourth * (terms[v + b] as number);
      }
    }
  }
  // The terms' weighted means are 0, so the bias has no product with them. Only the lower triangle is read.
  moments[size * size - 1] = 0.5;
  return moments;
}
