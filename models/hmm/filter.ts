import { logSumExp } from '../../shared/stats/log-sum-exp.ts';
import { type Emit, emissionsOf } from './emission.ts';
import { type GaussianHmm, standardise } from './gaussian-hmm.ts';

/** What is known after the rows so far: chances of the states; null before a session's first row. */
export type RegimeState = Float64Array | null;

/**
 * One step of the forward filter: the chances of the states given this row and those before it in the
 * session, never a later one. Training and scoring both take this very step.
 *
 * @param state - null at the start of a session
 * @param row - the inputs, in the model's order, not standardised; a row with a missing input moves the
 * chances by the transition only
 * @param emit - the model's densities, when they are at hand
 * @returns states chances, sum 1
 */
export function advance(
  hmm: GaussianHmm,
  state: RegimeState,
  row: ArrayLike<number>,
  emit: Emit = emissionsOf(hmm),
): Float64Array {
  const chances = new Float64Array(hmm.states);
  emit(standardise(hmm, row), 0, chances, 0);
  const prior = state === null ? hmm.initial : predictNext(hmm, state);
  for (let at = 0; at < hmm.states; at += 1) chances[at]! += Math.log(prior[at] as number);
  const evidence = logSumExp(chances);
  return chances.map((value) => Math.exp(value - evidence));
}

function predictNext(hmm: GaussianHmm, state: Float64Array): Float64Array {
  const next = new Float64Array(hmm.states);
  for (let from = 0; from < hmm.states; from += 1) {
    for (let to = 0; to < hmm.states; to += 1) {
      next[to]! += (state[from] as number) * (hmm.transition[from * hmm.states + to] as number);
    }
  }
  return next;
}

/**
 * The filter over the rows of many sessions; it starts afresh at each session.
 *
 * @param rows - [count x inputs]
 * @param sessions - per row; rows of a session stand together, in time order
 * @returns [count x states]
 */
export function filterSessions(
  hmm: GaussianHmm,
  rows: ArrayLike<number>,
  sessions: readonly string[],
): Float64Array {
  const width = hmm.inputs.length;
  const chances = new Float64Array(sessions.length * hmm.states);
  const row = new Float64Array(width);
  const emit = emissionsOf(hmm);
  let state: RegimeState = null;
  for (let at = 0; at < sessions.length; at += 1) {
    if (at > 0 && sessions[at] !== sessions[at - 1]) state = null;
    for (let input = 0; input < width; input += 1) row[input] = rows[at * width + input] as number;
    state = advance(hmm, state, row, emit);
    chances.set(state, at * hmm.states);
  }
  return chances;
}

/** The likeliest state; of equal ones the calmer. */
export function likeliestState(chances: ArrayLike<number>): number {
  let best = 0;
  for (let state = 1; state < chances.length; state += 1) {
    if ((chances[state] as number) > (chances[best] as number)) best = state;
  }
  return best;
}
