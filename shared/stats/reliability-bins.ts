export interface ReliabilityBin {
  /** Mean probability that was stated. */
  readonly stated: number;
  /** Share that came true. */
  readonly observed: number;
  readonly rows: number;
}

/**
 * What came true at each level of stated probability: bins of equal width over [0, 1], empty ones left out
 * (Murphy and Winkler 1977). NaN probabilities are left out.
 * Example: `reliabilityBins([0.12, 0.18, 0.9], [false, true, true], 10)` is
 * `[{ stated: 0.15, observed: 0.5, rows: 2 }, { stated: 0.9, observed: 1, rows: 1 }]`.
 */
export function reliabilityBins(
  stated: ArrayLike<number>,
  came: ArrayLike<boolean>,
  bins: number,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ stated: 0, observed: 0, rows: 0 }));
  for (let row = 0; row < stated.length; row += 1) {
    const probability = stated[row] as number;
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))];
    if (bin === undefined) continue;
    bin.stated += probability;
    bin.observed += came[row] === true ? 1 : 0;
    bin.rows += 1;
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map((bin) => ({ stated: bin.stated / bin.rows, observed: bin.observed / bin.rows, rows: bin.rows }));
}
