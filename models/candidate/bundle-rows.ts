import type { Matrix } from '../../shared/ports/model-family.ts';
import type { Preprocessed } from './fit-procedure.ts';
import type { ObservedRows } from './observations.ts';

/** All rows as a bundle's graph takes them: every feature, then the regime chances. */
export function bundleRows(
  { matrix, rows, columns }: ObservedRows,
  { hmm, chances }: Pick<Preprocessed, 'hmm' | 'chances'>,
): Matrix {
  const { states } = hmm;
  const width = columns + states;
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    values.set(matrix.subarray(row * columns, (row + 1) * columns), row * width);
    values.set(chances.subarray(row * states, (row + 1) * states), row * width + columns);
  }
  return { values, rows, columns: width };
}

/** Where the fitted columns stand in those rows: features first, regime chances after them. */
export function fittedPlaces(
  { columns }: Pick<ObservedRows, 'columns'>,
  { selector, hmm }: Pick<Preprocessed, 'selector' | 'hmm'>,
): Int32Array {
  const regime = Array.from({ length: hmm.states }, (_, state) => columns + state);
  return Int32Array.from([...selector.kept, ...regime]);
}
