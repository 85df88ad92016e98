/** Moments of a sample: deviation with n - 1, skewness and raw kurtosis (3 for normal) with n. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/**
 * Count, mean, deviation, skewness and kurtosis of finite numbers, in two passes.
 * Empty gives NaN throughout; one value a NaN deviation; no variation skewness 0 and kurtosis 3.
 * Example: `moments([1, 2, 3, 4]).standardDeviation` is 1.2909944487358056.
 */
export function moments(values: ArrayLike<number>): Moments {
  const count = values.length;
  let total = 0;
  for (let i = 0; i < count; i++) total += values[i] as number;
  const mean = total / count;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const d = (values[i] as number) - mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  const variance = second / count;
  const flat = variance === 0;
  return {
    count,
    mean,
    standardDeviation: Math.sqrt(second / (count - 1)),
    skewness: flat ? 0 : third / count / variance ** 1.5,
    kurtosis: flat ? 3 : fourth / count / variance ** 2,
  };
}
