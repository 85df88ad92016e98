import type { Matrix } from '../../shared/ports/model-family.ts';

/** The columns that a model was fitted on, in its order, out of a bundle's rows: `places[c]` is where column c stands. */
export function pickColumns({ values, rows, columns }: Matrix, places: Int32Array): Matrix {
  const width = places.length;
  const picked = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    for (let at = 0; at < width; at += 1) {
      picked[row * width + at] = values[row * columns + (places[at] as number)] as number;
    }
  }
  return { values: picked, rows, columns: width };
}
