/** A share with the bounds between which the true one lies, as far as the count tells. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z_95 = 1.959963984540054;

/**
 * Wilson score interval of a share of 0 to 1 seen in `count` independent trials (which need not be whole), by default at
 * 95 %. Null when the count is not above 0. Source: Wilson (1927).
 * Example: `wilsonInterval(0.5, 100)` is 0.4038 to 0.5962.
 */
export function wilsonInterval(share: number, count: number, z = Z_95): ShareInterval | null {
  if (!(count > 0)) return null;
  const spread = z * z;
  const middle = (share + spread / (2 * count)) / (1 + spread / count);
  const half =
    (z * Math.sqrt((share * (1 - share)) / count + spread / (4 * count * count))) / (1 + spread / count);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
