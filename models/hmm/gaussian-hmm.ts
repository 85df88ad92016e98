/**
 * A hidden Markov model whose states emit Gaussian rows. States are ordered by volatility: state 0 is
 * the calmest, by its mean of the first input. Rows are standardised before use.
 */
export interface GaussianHmm {
  /** Names of the inputs; the first one measures volatility. */
  readonly inputs: readonly string[];
  readonly states: number;
  /** Standardisation: (x - center) / scale, per input. */
  readonly center: Float64Array;
  readonly scale: Float64Array;
  /** Chances of the states at a session's first row. */
  readonly initial: Float64Array;
  /** [states x states], row: from. */
  readonly transition: Float64Array;
  /** [states x inputs], of standardised rows. */
  readonly means: Float64Array;
  /** Lower Cholesky factors of the covariances: [states x inputs x inputs]. */
  readonly factors: Float64Array;
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

const LARGEST_FLOAT32 = 3.4028234663852886e38;
const FARTHEST = 8;

/** Whether an input says something: NaN is missing, and the largest float32 stands for infinity. */
export function isKnown(value: number): boolean {
  return Math.abs(value) < LARGEST_FLOAT32;
}

/** Standardised inputs, held within 8 deviations so that one odd tick decides nothing; unknown ones NaN. */
export function standardise(
  hmm: Pick<GaussianHmm, 'center' | 'scale'>,
  row: ArrayLike<number>,
): Float64Array {
  return hmm.center.map((center, at) => {
    const value = row[at] as number;
    if (!isKnown(value)) return Number.NaN;
    return Math.min(Math.max((value - center) / (hmm.scale[at] as number), -FARTHEST), FARTHEST);
  });
}

/**
 * Log density of a standardised row in each state; 0 in every state when a value is missing, as such
 * a row tells nothing about the state.
 */
export function logDensities(
  hmm: Pick<GaussianHmm, 'states' | 'means' | 'factors'>,
  row: Float64Array,
  out: Float64Array,
): Float64Array {
  if (row.some(Number.isNaN)) return out.fill(0);
  for (let state = 0; state < hmm.states; state += 1) out[state] = logDensity(hmm, state, row);
  return out;
}

function logDensity(hmm: Pick<GaussianHmm, 'means' | 'factors'>, state: number, row: Float64Array): number {
  const size = row.length;
  const factor = hmm.factors.subarray(state * size * size, (state + 1) * size * size);
  const whitened = new Float64Array(size);
  let squares = 0;
  let logRoot = 0;
  for (let at = 0; at < size; at += 1) {
    let value = (row[at] as number) - (hmm.means[state * size + at] as number);
    for (let before = 0; before < at; before += 1) {
      value -= (factor[at * size + before] as number) * (whitened[before] as number);
    }
    const pivot = factor[at * size + at] as number;
    whitened[at] = value / pivot;
    squares += (whitened[at] as number) ** 2;
    logRoot += Math.log(pivot);
  }
  return -0.5 * (size * LOG_TWO_PI + squares) - logRoot;
}
