import { type GaussianHmm, logDensities } from './gaussian-hmm.ts';

/** What the rows say about the states under the present parameters: sums over all sessions. */
export interface Expectation {
  logLikelihood: number;
  /** [rows x states]: chance of each state at each row, given the whole session. */
  readonly occupancy: Float64Array;
  /** [states]: summed over first rows. */
  readonly starts: Float64Array;
  /** [states x states]: expected moves. */
  readonly moves: Float64Array;
}

/** Rows of one session: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Forward-backward over each session (Rabiner 1989), scaled row by row.
 *
 * @param rows - standardised, [count x inputs]
 */
export function expectStates(hmm: GaussianHmm, rows: Float64Array, spans: readonly Span[]): Expectation {
  const count = rows.length / hmm.inputs.length;
  const result: Expectation = {
    logLikelihood: 0,
    occupancy: new Float64Array(count * hmm.states),
    starts: new Float64Array(hmm.states),
    moves: new Float64Array(hmm.states * hmm.states),
  };
  for (const span of spans) expectSession(hmm, rows, span, result);
  return result;
}

function expectSession(
  hmm: GaussianHmm,
  rows: Float64Array,
  { start, end }: Span,
  result: Expectation,
): void {
  const { states } = hmm;
  const densities = new Float64Array((end - start) * states);
  const scales = new Float64Array(end - start);
  for (let at = start; at < end; at += 1) {
    const own = densities.subarray((at - start) * states, (at - start + 1) * states);
    logDensities(hmm, rows.subarray(at * hmm.inputs.length, (at + 1) * hmm.inputs.length), own);
    const largest = Math.max(...own);
    result.logLikelihood += largest;
    for (let state = 0; state < states; state += 1) own[state] = Math.exp((own[state] as number) - largest);
  }
  forward(hmm, densities, scales, result.occupancy.subarray(start * states, end * states));
  for (const scale of scales) result.logLikelihood += Math.log(scale);
  backward(hmm, densities, scales, result.occupancy.subarray(start * states, end * states), result.moves);
  for (let state = 0; state < states; state += 1) {
    result.starts[state]! += result.occupancy[start * states + state] as number;
  }
}

/** Writes the filtered chances to `alpha`, their normalisers to `scales`. */
function forward(hmm: GaussianHmm, densities: Float64Array, scales: Float64Array, alpha: Float64Array): void {
  const { states, transition, initial } = hmm;
  for (let row = 0; row < scales.length; row += 1) {
    let total = 0;
    for (let to = 0; to < states; to += 1) {
      let prior = row === 0 ? (initial[to] as number) : 0;
      for (let from = 0; row > 0 && from < states; from += 1) {
        prior += (alpha[(row - 1) * states + from] as number) * (transition[from * states + to] as number);
      }
      const chance = prior * (densities[row * states + to] as number);
      alpha[row * states + to] = chance;
      total += chance;
    }
    scales[row] = total;
    for (let to = 0; to < states; to += 1) alpha[row * states + to]! /= total;
  }
}

/** Turns filtered chances into smoothed ones in place, and adds the expected moves. */
function backward(
  hmm: GaussianHmm,
  densities: Float64Array,
  scales: Float64Array,
  alpha: Float64Array,
  moves: Float64Array,
): void {
  const { states, transition } = hmm;
  let beta = new Float64Array(states).fill(1);
  for (let row = scales.length - 2; row >= 0; row -= 1) {
    const before = new Float64Array(states);
    for (let from = 0; from < states; from += 1) {
      for (let to = 0; to < states; to += 1) {
        const density = densities[(row + 1) * states + to] as number;
        const path =
          ((transition[from * states + to] as number) * density * (beta[to] as number)) /
          (scales[row + 1] as number);
        before[from]! += path;
        moves[from * states + to]! += (alpha[row * states + from] as number) * path;
      }
    }
    for (let state = 0; state < states; state += 1) alpha[row * states + state]! *= before[state] as number;
    beta = before;
  }
}
