import type { LabelledMatrix } from '../../shared/ports/model-family.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

const ROWS_PER_SESSION = 375;
const GAPPED = 3;

/**
 * Rows like a year of an exchange's feature rows: a few columns tell a little about the class, some have gaps, weights
 * are those of overlapping labels.
 */
export function trainingRows(rows: number, columns: number, seed: number): LabelledMatrix {
  const uniform = seededUniform(seed);
  const values = new Float32Array(rows * columns);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    for (let at = 0; at < columns; at += 1) own[at] = uniform() + uniform() + uniform() - 1.5;
    const pull = own[0]! + own[1]! * own[2]! - Math.abs(own[3]!) + 4 * (uniform() - 0.5);
    labels[row] = pull > 0.7 ? 2 : pull < -1.2 ? 0 : 1;
    for (let at = columns - GAPPED; at < columns; at += 1) if (uniform() < 0.2) own[at] = Number.NaN;
  }
  const weights = Float64Array.from({ length: rows }, () => 0.05 + 0.04 * uniform());
  const sessions = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / ROWS_PER_SESSION));
  return { values, rows, columns, labels, weights, sessions };
}
