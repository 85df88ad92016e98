import { type Emit, emissionsOf } from './emission.ts';
import type { GaussianHmm } from './gaussian-hmm.ts';

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

/** Working space for one session after another. */
interface Space {
  /** [rows x states], relative to the row's largest. */
  readonly densities: Float64Array;
  readonly scales: Float64Array;
  readonly beta: Float64Array;
  readonly before: Float64Array;
}

/**
 * Forward-backward over each session (Rabiner 1989), scaled row by row.
 *
 * @param rows - standardised, [count x inputs]
 */
export function expectStates(hmm: GaussianHmm, rows: Float64Array, spans: readonly Span[]): Expectation {
  const { states } = hmm;
  const count = rows.length / hmm.inputs.length;
  const result: Expectation = {
    logLikelihood: 0,
    occupancy: new Float64Array(count * states),
    starts: new Float64Array(states),
    moves: new Float64Array(states * states),
  };
  const longest = spans.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const space: Space = {
    densities: new Float64Array(longest * states),
    scales: new Float64Array(longest),
    beta: new Float64Array(states),
    before: new Float64Array(states),
  };
  const emit = emissionsOf(hmm);
  for (const span of spans) expectSession(hmm, emit, rows, span, space, result);
  return result;
}

function expectSession(
  hmm: GaussianHmm,
  emit: Emit,
  rows: Float64Array,
  { start, end }: Span,
  space: Space,
  result: Expectation,
): void {
  const { states } = hmm;
  const { densities, scales } = space;
  const count = end - start;
  for (let row = 0; row < count; row += 1) {
    const at = row * states;
    emit(rows, (start + row) * hmm.inputs.length, densities, at);
    let largest = Number.NEGATIVE_INFINITY;
    for (let state = at; state < at + states; state += 1) {
      if ((densities[state] as number) > largest) largest = densities[state] as number;
    }
    result.logLikelihood += largest;
    for (let state = at; state < at + states; state += 1) {
      densities[state] = Math.exp((densities[state] as number) - largest);
    }
  }
  const first = start * states;
  forward(hmm, space, count, result.occupancy, first);
  for (let row = 0; row < count; row += 1) result.logLikelihood += Math.log(scales[row] as number);
  backward(hmm, space, count, result, first);
  for (let state = 0; state < states; state += 1) {
    result.starts[state]! += result.occupancy[first + state] as number;
  }
}

/** Writes the filtered chances to `alpha` from `first` on, their normalisers to the space's scales. */
function forward(hmm: GaussianHmm, space: Space, count: number, alpha: Float64Array, first: number): void {
  const { states, transition, initial } = hmm;
  const { densities, scales } = space;
  for (let row = 0; row < count; row += 1) {
    const own = first + row * states;
    const last = own - states;
    let total = 0;
    for (let to = 0; to < states; to += 1) {
      let prior = row === 0 ? (initial[to] as number) : 0;
      for (let from = 0; row > 0 && from < states; from += 1) {
        prior += (alpha[last + from] as number) * (transition[from * states + to] as number);
      }
      const chance = prior * (densities[row * states + to] as number);
      alpha[own + to] = chance;
      total += chance;
    }
    scales[row] = total;
    for (let to = 0; to < states; to += 1) alpha[own + to]! /= total;
  }
}

/** Turns filtered chances into smoothed ones in place, and adds the expected moves. */
function backward(
  { states, transition }: GaussianHmm,
  { densities, scales, ...space }: Space,
  count: number,
  { occupancy: alpha, moves }: Expectation,
  first: number,
): void {
  let { beta, before } = space;
  beta.fill(1);
  for (let row = count - 2; row >= 0; row -= 1) {
    const own = first + row * states;
    const next = (row + 1) * states;
    for (let from = 0; from < states; from += 1) {
      let sum = 0;
      for (let to = 0; to < states; to += 1) {
        const path =
          ((transition[from * states + to] as number) *
            (densities[next + to] as number) *
            (beta[to] as number)) /
          (scales[row + 1] as number);
        sum += path;
        moves[from * states + to]! += (alpha[own + from] as number) * path;
      }
      before[from] = sum;
    }
    for (let state = 0; state < states; state += 1) alpha[own + state]! *= before[state] as number;
    [beta, before] = [before, beta];
  }
}
