/** What a model has to beat: forecasts of two numbers, fitted on the training rows of a fold. */
export interface NaiveForecast {
  /** The mean amount. */
  readonly mean: number;
  /** What the recent move is multiplied with: least squares through the origin; 0 when no row has one. */
  readonly scale: number;
}

/**
 * Fits the naive forecasts on the given rows.
 *
 * @param amounts - finite on the given rows
 * @param moves - `recentMoves` of each row; NaN is not known
 * @param weights - of each row; they do not add up to 0
 * @example amounts [2, 4], moves [1, 2], equal weights: mean 3, scale 2
 */
export function fitNaive(
  amounts: Float64Array,
  moves: Float64Array,
  weights: Float64Array,
  rows: Int32Array,
): NaiveForecast {
  let [total, sum, products, squares] = [0, 0, 0, 0];
  for (const row of rows) {
    const weight = weights[row] as number;
    const amount = amounts[row] as number;
    const move = moves[row] as number;
    total += weight;
    sum += weight * amount;
    if (Number.isNaN(move)) continue;
    products += weight * amount * move;
    squares += weight * move * move;
  }
  return { mean: sum / total, scale: squares > 0 ? products / squares : 0 };
}

/** The forecasts of rows: the mean; the recent move at its scale, and the mean where there is none. */
export function naiveForecasts(
  { mean, scale }: NaiveForecast,
  moves: Float64Array,
  rows: Int32Array,
): { readonly mean: Float64Array; readonly volatility: Float64Array } {
  return {
    mean: new Float64Array(rows.length).fill(mean),
    volatility: Float64Array.from(rows, (row) => {
      const move = moves[row] as number;
      return Number.isNaN(move) || scale === 0 ? mean : move * scale;
    }),
  };
}
