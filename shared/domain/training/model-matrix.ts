import { RejectedInput } from '../../errors.ts';

const LARGEST_FLOAT32 = 3.4028234663852886e38;

/**
 * A feature as a model takes it: the nearest float32, infinities and anything larger the largest
 * float32, NaN (missing) as it is. Example: `modelValue(Infinity)` is 3.4028234663852886e38.
 */
export function modelValue(value: number): number {
  return Math.fround(Math.min(Math.max(value, -LARGEST_FLOAT32), LARGEST_FLOAT32));
}

/**
 * Feature rows as a model takes them.
 *
 * @param features - row-major [rows x columns]
 * @throws RejectedInput when the length does not fit
 */
export function modelMatrix(features: Float64Array, rows: number, columns: number): Float32Array {
  if (features.length !== rows * columns) {
    const expected = `${rows} rows x ${columns} features`;
    throw new RejectedInput(`features: expected ${expected}, was ${features.length} values`, {
      field: 'features',
    });
  }
  const matrix = new Float32Array(features.length);
  for (let at = 0; at < matrix.length; at += 1) matrix[at] = modelValue(features[at] as number);
  return matrix;
}
