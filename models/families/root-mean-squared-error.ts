import type { MeasuredMatrix } from '../../shared/ports/model-family.ts';

/** The root of the weighted mean squared error of values, in the unit of the amounts. @param values - one a row */
export function rootMeanSquaredError(
  values: Float64Array,
  { amounts, weights }: Pick<MeasuredMatrix, 'amounts' | 'weights'>,
): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < amounts.length; row += 1) {
    const weight = weights[row] as number;
    sum += weight * ((values[row] as number) - (amounts[row] as number)) ** 2;
    total += weight;
  }
  return Math.sqrt(sum / total);
}
