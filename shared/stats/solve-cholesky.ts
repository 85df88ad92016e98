/**
 * x with L L' x = right, by forward and back substitution; L row-major as `cholesky` gives it.
 * Example: `solveCholesky(cholesky([4, 2, 2, 2], 2), [6, 4], 2)` is [1, 1].
 */
export function solveCholesky(lower: Float64Array, right: ArrayLike<number>, size: number): Float64Array {
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    for (let at = 0; at < row; at += 1) x[row]! -= (lower[row * size + at] as number) * (x[at] as number);
    x[row]! /= lower[row * size + row] as number;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let at = row + 1; at < size; at += 1)
      x[row]! -= (lower[at * size + row] as number) * (x[at] as number);
    x[row]! /= lower[row * size + row] as number;
  }
  return x;
}
