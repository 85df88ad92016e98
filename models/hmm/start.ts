import { cholesky } from '../../shared/stats/cholesky.ts';
import type { GaussianHmm } from './gaussian-hmm.ts';

const STAY = 0.95;

/**
 * Starting parameters: centres spread by k-means++ (Arthur and Vassilvitskii 2007), each row given to
 * its nearest, sticky transitions.
 *
 * @param rows - standardised and complete, [count x inputs]
 */
export function startingModel(
  base: Pick<GaussianHmm, 'inputs' | 'states' | 'center' | 'scale'>,
  rows: Float64Array,
  uniform: () => number,
): GaussianHmm {
  const { states } = base;
  const size = base.inputs.length;
  const means = refineCentres(rows, spreadCentres(rows, size, states, uniform), size);
  const spherical = new Float64Array(size * size);
  for (let at = 0; at < size; at += 1) spherical[at * size + at] = 1;
  const factor = cholesky(spherical, size) as Float64Array;
  const factors = new Float64Array(states * size * size);
  for (let state = 0; state < states; state += 1) factors.set(factor, state * size * size);
  const move = states === 1 ? 0 : (1 - STAY) / (states - 1);
  const stay = states === 1 ? 1 : STAY;
  const transition = Float64Array.from({ length: states * states }, (_, at) =>
    at % (states + 1) === 0 ? stay : move,
  );
  return { ...base, means, factors, transition, initial: new Float64Array(states).fill(1 / states) };
}

function squaredDistance(
  rows: Float64Array,
  start: number,
  centres: Float64Array,
  centre: number,
  size: number,
): number {
  let sum = 0;
  for (let at = 0; at < size; at += 1) {
    const distance = (rows[start + at] as number) - (centres[centre * size + at] as number);
    sum += distance * distance;
  }
  return sum;
}

function spreadCentres(
  rows: Float64Array,
  size: number,
  states: number,
  uniform: () => number,
): Float64Array {
  const count = rows.length / size;
  const centres = new Float64Array(states * size);
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.floor(uniform() * count);
  for (let state = 0; state < states; state += 1) {
    centres.set(rows.subarray(chosen * size, (chosen + 1) * size), state * size);
    let total = 0;
    for (let row = 0; row < count; row += 1) {
      nearest[row] = Math.min(
        nearest[row] as number,
        squaredDistance(rows, row * size, centres, state, size),
      );
      total += nearest[row] as number;
    }
    chosen = drawRow(nearest, uniform() * total);
  }
  return centres;
}

/** The row at which the running sum of distances passes `target`; rows at distance 0 are never drawn. */
function drawRow(distances: Float64Array, target: number): number {
  let sum = 0;
  for (let row = 0; row < distances.length; row += 1) {
    sum += distances[row] as number;
    if (sum >= target && (distances[row] as number) > 0) return row;
  }
  return 0;
}

const ROUNDS = 10;

/** A few rounds of k-means; an empty cluster keeps its centre. */
function refineCentres(rows: Float64Array, centres: Float64Array, size: number): Float64Array {
  const states = centres.length / size;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = new Float64Array(centres.length);
    const counts = new Float64Array(states);
    for (let start = 0; start < rows.length; start += size) {
      const own = nearestCentre(rows, start, centres, size);
      counts[own]! += 1;
      for (let at = 0; at < size; at += 1) sums[own * size + at]! += rows[start + at] as number;
    }
    sums.forEach((sum, at) => {
      const count = counts[Math.floor(at / size)] as number;
      if (count > 0) centres[at] = sum / count;
    });
  }
  return centres;
}

function nearestCentre(rows: Float64Array, start: number, centres: Float64Array, size: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let centre = 0; centre < centres.length / size; centre += 1) {
    const distance = squaredDistance(rows, start, centres, centre, size);
    if (distance < least) {
      best = centre;
      least = distance;
    }
  }
  return best;
}
