const SUM_TOLERANCE = 1e-6;

/** Whether numbers are chances: each 0 to 1, together 1 within a millionth. Example: `areChances([NaN, 0.5])` is false. */
export function areChances(values: readonly number[]): boolean {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= SUM_TOLERANCE;
}
