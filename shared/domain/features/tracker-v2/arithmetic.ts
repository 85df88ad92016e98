/** Missing numbers are NaN throughout the working data of `tracker-v2`; these helpers leave them out. */

/** a / b when |b| >= guard, otherwise a / guard: small negative denominators turn positive too (FEATURES.md, 3). */
export function guardedRatio(a: number, b: number, guard = 1): number {
  return a / (Math.abs(b) >= guard ? b : guard);
}

/** Sum of all values. */
export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Mean of the values that are known; 0 when none is. Infinity counts as known. */
export function meanOfKnown(values: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** Mean of the values whose position passes; 0 when none is known. */
export function meanWhere(
  values: readonly number[],
  positions: readonly number[],
  passes: (position: number) => boolean,
): number {
  return meanOfKnown(values.filter((_, index) => passes(positions[index]!)));
}

/** Square root of the mean squared distance from the mean, divided by n - `lost`; needs n > `lost`. */
export function deviation(values: readonly number[], mean: number, lost: 0 | 1): number {
  let sum = 0;
  for (const value of values) sum += (value - mean) * (value - mean);
  return Math.sqrt(sum / (values.length - lost));
}

/** Nearest integer, exact ties to the even one. Example: 2.5 becomes 2, 3.5 becomes 4. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * Four decimals, decided on the exact binary value, exact ties to the even digit. Example: 0.40625 becomes 0.4062.
 * A double lies exactly between two fourth decimals only if it is an odd number of 32nds.
 */
export function round4(value: number): number {
  const scaled = value * 10_000;
  const rest = scaled - Math.floor(scaled);
  if (Math.abs(rest - 0.5) > 1e-6) return Math.round(scaled) / 10_000;
  return Math.abs(value * 32) % 2 === 1 ? roundHalfEven(scaled) / 10_000 : Number(value.toFixed(4));
}
