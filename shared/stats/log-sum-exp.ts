/**
 * log(sum(exp(values))) without overflow. Empty or all -Infinity gives -Infinity; NaN gives NaN.
 * Example: `logSumExp([0, 0])` is 0.6931471805599453.
 */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at += 1) largest = Math.max(largest, values[at] as number);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += Math.exp((values[at] as number) - largest);
  return largest + Math.log(sum);
}
