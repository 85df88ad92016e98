import { RejectedInput } from '../../shared/errors.ts';
import { moments } from '../../shared/stats/moments.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { expectStates, type Span } from './expectation.ts';
import { type GaussianHmm, isKnown, standardise } from './gaussian-hmm.ts';
import { maximise } from './maximisation.ts';
import { orderByVolatility } from './order.ts';
import { startingModel } from './start.ts';

export interface HmmRequest {
  /** The first input measures volatility. */
  readonly inputs: readonly string[];
  /** [rows x inputs], training rows only; NaN and the largest float32 (infinity) are missing. */
  readonly rows: Float64Array;
  /** Sessions as spans of rows; the chain starts afresh at each. */
  readonly spans: readonly Span[];
  readonly states: number;
  readonly seed: number;
}

const MOST_STEPS = 60;
const TOLERANCE = 1e-6;
// From other centres, when a state collapses.
const STARTS = 3;

/**
 * Fits a Gaussian HMM by expectation maximisation.
 *
 * @throws RejectedInput when an input is constant, rows are too few, or a state collapses onto so few
 * rows that its covariance is singular
 */
export function fitHmm(request: HmmRequest): GaussianHmm {
  const { inputs, states, seed } = request;
  const { center, scale } = spread(request);
  const rows = new Float64Array(request.rows.length);
  for (let start = 0; start < rows.length; start += inputs.length) {
    rows.set(standardise({ center, scale }, request.rows.subarray(start, start + inputs.length)), start);
  }
  const complete = completeRows(rows, inputs.length);
  const needed = states * (inputs.length + 1) * 4;
  if (complete.length / inputs.length < needed) {
    throw new RejectedInput(
      `regime: expected at least ${needed} complete rows for ${states} states, was ${complete.length / inputs.length}`,
    );
  }
  for (let start = 0; start < STARTS; start += 1) {
    const from = startingModel({ inputs, states, center, scale }, complete, seededUniform(seed + start));
    const fitted = climb(from, rows, request.spans);
    if (fitted !== null) return orderByVolatility(fitted);
  }
  throw new RejectedInput(`regime: expected ${states} distinct states, was a singular one`);
}

/** The likeliest model that can be climbed to; null when a state collapses on the way. */
function climb(start: GaussianHmm, rows: Float64Array, spans: readonly Span[]): GaussianHmm | null {
  let hmm = start;
  let before = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const expectation = expectStates(hmm, rows, spans);
    const gain = expectation.logLikelihood - before;
    if (gain < TOLERANCE * Math.abs(expectation.logLikelihood)) return hmm;
    before = expectation.logLikelihood;
    const next = maximise(hmm, rows, expectation);
    if (next === null) return null;
    hmm = next;
  }
  return hmm;
}

function spread({ inputs, rows }: HmmRequest): { center: Float64Array; scale: Float64Array } {
  const columns = inputs.map((name, input) => {
    const values = rows.filter((value, at) => at % inputs.length === input && isKnown(value));
    const { mean, standardDeviation } = moments(values);
    if (!(standardDeviation > 1e-9 * Math.abs(mean)))
      throw new RejectedInput(`${name}: expected a regime input that varies, was constant`, { field: name });
    return { mean, standardDeviation };
  });
  return {
    center: Float64Array.from(columns, ({ mean }) => mean),
    scale: Float64Array.from(columns, ({ standardDeviation }) => standardDeviation),
  };
}

function completeRows(rows: Float64Array, size: number): Float64Array {
  const kept = new Float64Array(rows.length);
  let filled = 0;
  for (let start = 0; start < rows.length; start += size) {
    const row = rows.subarray(start, start + size);
    if (row.some(Number.isNaN)) continue;
    kept.set(row, filled);
    filled += size;
  }
  return kept.slice(0, filled);
}
