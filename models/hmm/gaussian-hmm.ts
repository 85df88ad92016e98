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
