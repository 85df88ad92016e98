/** A Sharpe ratio per period with what its sampling error depends on; kurtosis is raw (3 for normal). */
export interface SharpeSample {
  readonly sharpe: number;
  readonly periods: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/**
 * Variance of the Sharpe estimate times (periods - 1), for returns of any shape (Mertens, 2002).
 * A sample can be skewed enough to make the approximation negative: then Infinity, it is no evidence at all.
 * Example: a normal sample with SR 0 gives 1.
 */
export function sharpeErrorFactor(sample: Omit<SharpeSample, 'periods'>): number {
  const { sharpe, skewness, kurtosis } = sample;
  const factor = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  return factor > 0 ? factor : Number.POSITIVE_INFINITY;
}
