/** Pearson's correlation of two equally long columns. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i]! - meanA, b[i]! - meanB];
    both += left * right;
    squaresA += left ** 2;
    squaresB += right ** 2;
  }
  return both / Math.sqrt(squaresA * squaresB);
}
