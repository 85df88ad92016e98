import type { LabelledMatrix, Matrix } from '../../shared/ports/model-family.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

/** Columns: two that decide, noise, one with gaps that help, one constant, one missing throughout, one wild. */
export const TOY_COLUMNS = 7;
const PER_SESSION = 100;

/**
 * A problem that any family can learn: BUY where the first two columns add up to much, SELL where to little, and gaps of
 * the fourth column push upwards.
 */
export function toyClasses(rows: number, seed: number): LabelledMatrix {
  const uniform = seededUniform(seed);
  const values = new Float32Array(rows * TOY_COLUMNS);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS);
    for (let at = 0; at < TOY_COLUMNS; at += 1) own[at] = uniform() - 0.5;
    const isGap = uniform() < 0.2;
    if (isGap) own[3] = Number.NaN;
    own[4] = 7;
    own[5] = Number.NaN;
    if (uniform() < 0.01) own[6] = 3.4028234663852886e38;
    const pull = own[0]! + own[1]! + (isGap ? 0.4 : 0) + 0.05 * (uniform() - 0.5);
    labels[row] = pull > 0.25 ? 2 : pull < -0.2 ? 0 : 1;
  }
  const weights = Float64Array.from({ length: rows }, () => 0.05 + 0.1 * uniform());
  const sessions = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / PER_SESSION));
  return { values, rows, columns: TOY_COLUMNS, labels, weights, sessions };
}

/** The likeliest class of each row by raw scores [rows x 3]. */
export function answers(rawScores: Float64Array): number[] {
  return Array.from({ length: rawScores.length / 3 }, (_, row) => {
    const own = [...rawScores.subarray(row * 3, row * 3 + 3)];
    return own.indexOf(Math.max(...own));
  });
}

/** The share of rows that are answered with their class. */
export function accuracy(rawScores: Float64Array, { labels }: Pick<LabelledMatrix, 'labels'>): number {
  return answers(rawScores).filter((own, row) => own === labels[row]).length / labels.length;
}

/** The columns spread over wider rows, as a bundle's: others between them, two regime chances at the end. */
export function wideRows({ values, rows, columns }: Matrix): { matrix: Matrix; places: Int32Array } {
  const width = 2 * columns;
  const places = Int32Array.from({ length: columns }, (_, at) =>
    at < columns - 2 ? 2 * at + 1 : width - columns + at,
  );
  const wide = new Float32Array(rows * width).fill(0.5);
  for (let row = 0; row < rows; row += 1) {
    places.forEach((place, at) => {
      wide[row * width + place] = values[row * columns + at] as number;
    });
  }
  return { matrix: { values: wide, rows, columns: width }, places };
}
