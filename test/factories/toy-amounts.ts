import type { MeasuredMatrix } from '../../shared/ports/model-family.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import { TOY_COLUMNS, toyClasses } from './toy-classes.ts';

/** The columns of `toyClasses` with an amount each: the first two columns and the gaps of the fourth push it up. */
export function toyAmounts(rows: number, seed: number): MeasuredMatrix {
  const { labels: _, sessions: __, ...matrix } = toyClasses(rows, seed);
  const uniform = seededUniform(seed + 1_000);
  const amounts = Float64Array.from({ length: rows }, (_, row) => {
    const own = matrix.values.subarray(row * TOY_COLUMNS, (row + 1) * TOY_COLUMNS);
    return 10 + 6 * own[0]! + 4 * own[1]! + (Number.isNaN(own[3]!) ? 3 : 0) + 0.5 * (uniform() - 0.5);
  });
  return { ...matrix, amounts };
}
