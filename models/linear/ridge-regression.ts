import { InvariantViolated } from '../../shared/errors.ts';
import { cholesky } from '../../shared/stats/cholesky.ts';
import { solveCholesky } from '../../shared/stats/solve-cholesky.ts';

/** Standardised terms with the amounts to predict, and weights that add up to 1. */
export interface MeasuredTerms {
  /** [rows x width], each column of weighted mean 0. */
  readonly terms: Float64Array;
  readonly width: number;
  readonly amounts: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Ridge regression by its normal equations: half the weighted mean squared error plus l2 / 2 times the sum of squared
 * weights is least. The bias is free: as terms have mean 0, it is the mean amount.
 *
 * @param l2 - > 0
 * @example terms [-1, 1] of amounts [2, 4] that weigh alike, l2 3: weight 0.25, bias 3
 */
export function ridgeRegression(data: MeasuredTerms, l2: number): { weights: Float64Array; bias: number } {
  const { terms, width, amounts, weights } = data;
  const bias = amounts.reduce((sum, amount, row) => sum + amount * (weights[row] as number), 0);
  const moments = new Float64Array(width * width);
  const products = new Float64Array(width);
  for (let row = 0; row < amounts.length; row += 1) {
    const start = row * width;
    const weight = weights[row] as number;
    if (weight === 0) continue;
    const above = (amounts[row] as number) - bias;
    for (let a = 0; a < width; a += 1) {
      const weighted = weight * (terms[start + a] as number);
      products[a]! += weighted * above;
      for (let b = 0; b <= a; b += 1) moments[a * width + b]! += weighted * (terms[start + b] as number);
    }
  }
  for (let a = 0; a < width; a += 1) moments[a * width + a]! += l2;
  const lower = cholesky(moments, width);
  if (lower === null) {
    throw new InvariantViolated('linear: expected finite terms with a positive ridge, was a singular system');
  }
  return { weights: solveCholesky(lower, products, width), bias };
}
