import { cholesky } from '../../shared/stats/cholesky.ts';
import type { Expectation } from './expectation.ts';
import type { GaussianHmm } from './gaussian-hmm.ts';

// In standardised units: keeps a covariance invertible when an input hardly moves within a state.
const VARIANCE_FLOOR = 0.01;
// Dirichlet prior: no transition and no start is ever impossible.
const MOVE_PRIOR = 0.1;

/** The parameters that make the expected states most likely; null when a state has collapsed. */
export function maximise(hmm: GaussianHmm, rows: Float64Array, expectation: Expectation): GaussianHmm | null {
  const { states } = hmm;
  const { occupancy, starts, moves } = expectation;
  const size = hmm.inputs.length;
  const means = new Float64Array(states * size);
  const factors = new Float64Array(states * size * size);
  for (let state = 0; state < states; state += 1) {
    const { weight, mean } = weightedMean(rows, size, occupancy, state, states);
    // Fewer rows than parameters of a covariance say nothing about it.
    if (weight < 2 * size) return null;
    const factor = cholesky(weightedCovariance(rows, mean, occupancy, state, states, weight), size);
    if (factor === null) return null;
    means.set(mean, state * size);
    factors.set(factor, state * size * size);
  }
  return { ...hmm, means, factors, initial: shares(starts, states), transition: shares(moves, states) };
}

/** Each row of a [n x states] matrix of counts as shares that sum to 1. */
function shares(counts: Float64Array, states: number): Float64Array {
  return counts.map((count, at) => {
    const start = at - (at % states);
    const total = counts.subarray(start, start + states).reduce((sum, value) => sum + value + MOVE_PRIOR, 0);
    return (count + MOVE_PRIOR) / total;
  });
}

function isComplete(rows: Float64Array, start: number, size: number): boolean {
  for (let at = 0; at < size; at += 1) if (Number.isNaN(rows[start + at])) return false;
  return true;
}

function weightedMean(
  rows: Float64Array,
  size: number,
  occupancy: Float64Array,
  state: number,
  states: number,
) {
  const mean = new Float64Array(size);
  let weight = 0;
  for (let start = 0, row = 0; start < rows.length; start += size, row += 1) {
    if (!isComplete(rows, start, size)) continue;
    const share = occupancy[row * states + state] as number;
    weight += share;
    for (let at = 0; at < size; at += 1) mean[at]! += share * (rows[start + at] as number);
  }
  return { weight, mean: mean.map((sum) => sum / weight) };
}

function weightedCovariance(
  rows: Float64Array,
  mean: Float64Array,
  occupancy: Float64Array,
  state: number,
  states: number,
  weight: number,
): Float64Array {
  const size = mean.length;
  const covariance = new Float64Array(size * size);
  const apart = new Float64Array(size);
  for (let start = 0, row = 0; start < rows.length; start += size, row += 1) {
    if (!isComplete(rows, start, size)) continue;
    const share = (occupancy[row * states + state] as number) / weight;
    for (let i = 0; i < size; i += 1) apart[i] = (rows[start + i] as number) - (mean[i] as number);
    for (let i = 0; i < size; i += 1) {
      const distance = share * (apart[i] as number);
      // The lower triangle is all that a Cholesky factor is made from.
      for (let j = 0; j <= i; j += 1) covariance[i * size + j]! += distance * (apart[j] as number);
    }
  }
  for (let i = 0; i < size; i += 1) covariance[i * size + i]! += VARIANCE_FLOOR;
  return covariance;
}
