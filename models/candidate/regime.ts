import { RejectedInput } from '../../shared/errors.ts';
import { filterSessions } from '../hmm/filter.ts';
import { fitHmm } from '../hmm/fit.ts';
import type { GaussianHmm } from '../hmm/gaussian-hmm.ts';
import type { ObservedRows } from './observations.ts';

/** What regimes are told apart by in tracker-v2 and in chain-v3, the volatility first; those that a set has are used. */
const REGIME_INPUTS = [
  ...(['realized_vol_5m', 'vix', 'price_roc_15m'] as const),
  ...(['realised_vol_30m_pct', 'vix_pct', 'return_15m_bps'] as const),
];

/** The regime inputs among a feature set's names that vary over the given rows. */
export function regimeInputs(data: ObservedRows, rows: Int32Array): string[] {
  const found = REGIME_INPUTS.filter((name) => varies(data, rows, data.featureNames.indexOf(name)));
  if (found.length > 0) return found;
  throw new RejectedInput(`regime: expected one of ${REGIME_INPUTS.join(', ')} to vary, was none`, {
    field: 'features',
  });
}

function varies({ matrix, columns }: ObservedRows, rows: Int32Array, column: number): boolean {
  if (column < 0) return false;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const value = matrix[row * columns + column] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least > 1e-6 * Math.max(Math.abs(most), Math.abs(least));
}

/**
 * The regime model of a set of training rows: with as many states as asked for, or fewer where the
 * rows do not support them. One state is always supported: it says nothing, and the model goes without.
 */
export function fitRegime(data: ObservedRows, rows: Int32Array, states: number, seed: number): GaussianHmm {
  const inputs = regimeInputs(data, rows);
  const values = inputRows(data, inputs, rows);
  const spans = sessionSpans(Array.from(rows, (row) => data.sessions[row] as string));
  for (let count = states; ; count -= 1) {
    try {
      return fitHmm({ inputs, rows: values, spans, states: count, seed });
    } catch (error) {
      if (!(error instanceof RejectedInput) || count === 1) throw error;
    }
  }
}

/** Chances of the states at every row of the data, each given its session's rows so far: [rows x states]. */
export function regimeChances(data: ObservedRows, hmm: GaussianHmm): Float32Array {
  const rows = Int32Array.from(data.sessions.keys());
  return Float32Array.from(filterSessions(hmm, inputRows(data, hmm.inputs, rows), data.sessions));
}

function inputRows(
  { matrix, columns, featureNames }: ObservedRows,
  inputs: readonly string[],
  rows: Int32Array,
) {
  const places = inputs.map((name) => featureNames.indexOf(name));
  return Float64Array.from({ length: rows.length * inputs.length }, (_, at) => {
    const row = rows[Math.floor(at / inputs.length)] as number;
    return matrix[row * columns + (places[at % inputs.length] as number)] as number;
  });
}

function sessionSpans(sessions: readonly string[]) {
  const spans: { start: number; end: number }[] = [];
  sessions.forEach((session, row) => {
    if (row === 0 || session !== sessions[row - 1]) spans.push({ start: row, end: row });
    (spans.at(-1) as { end: number }).end = row + 1;
  });
  return spans;
}
