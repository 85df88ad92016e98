import type { Matrix } from '../../shared/ports/model-family.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';
import type { ScoreParts } from '../families/score-parts.ts';

/** What explains a graph that cannot be looked into (permutation.json). */
export interface PermutationPlan {
  /** The row that stands for nothing known: medians of the reference rows, by column of the bundle's rows. */
  readonly background: readonly (number | null)[];
  /** Columns that the graph looks at; the others add nothing. */
  readonly columns: readonly number[];
  /** Orders that are walked forwards and backwards. */
  readonly orders: number;
  readonly seed: number;
}

const CLASSES = 3;

/**
 * Shapley values by permutation sampling, antithetic (Castro et al. 2009; Mitchell et al. 2022): in a few fixed orders,
 * forwards and backwards, the columns of the background row are exchanged for the row's own one after another, and each is
 * given what that changes. An estimate, named so; yet what is left over is nothing: with the background's own score they
 * add up to the raw score. The same row gets the same answer every time.
 *
 * @param scores - raw scores [rows x 3] of rows in the bundle's columns
 */
export function permutationParts(
  plan: PermutationPlan,
  scores: (matrix: Matrix) => Promise<Float64Array>,
): (row: Float32Array) => Promise<ScoreParts> {
  const orders = ordersOf(plan);
  const background = Float32Array.from(plan.background, (value) => value ?? Number.NaN);
  return async (row) => {
    const width = row.length;
    const steps = plan.columns.length + 1;
    const values = new Float32Array(orders.length * steps * width);
    orders.forEach((order, at) => {
      const current = fixedOutside(background, row, plan.columns);
      values.set(current, at * steps * width);
      order.forEach((column, step) => {
        current[column] = row[column] as number;
        values.set(current, (at * steps + step + 1) * width);
      });
    });
    const answered = await scores({ values, rows: orders.length * steps, columns: width });
    return partsOf(orders, answered, steps, width);
  };
}

function fixedOutside(background: Float32Array, row: Float32Array, columns: readonly number[]): Float32Array {
  const start = row.slice();
  for (const column of columns) start[column] = background[column] as number;
  return start;
}

function partsOf(
  orders: readonly (readonly number[])[],
  answered: Float64Array,
  steps: number,
  width: number,
): ScoreParts {
  const contributions = new Float64Array(CLASSES * width);
  orders.forEach((order, at) => {
    order.forEach((column, step) => {
      for (let own = 0; own < CLASSES; own += 1) {
        const place = (at * steps + step) * CLASSES + own;
        const change = (answered[place + CLASSES] as number) - (answered[place] as number);
        contributions[own * width + column]! += change / orders.length;
      }
    });
  });
  return { baseScores: answered.slice(0, CLASSES), contributions };
}

function ordersOf({ columns, orders, seed }: PermutationPlan): number[][] {
  const uniform = seededUniform(seed);
  return Array.from({ length: orders }, () => {
    const order = [...columns];
    for (let at = order.length - 1; at > 0; at -= 1) {
      const other = Math.floor(uniform() * (at + 1));
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
    return [order, order.toReversed()];
  }).flat();
}
