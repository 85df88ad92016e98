import { quantile } from './quantile.ts';
import { seededUniform } from './seeded-uniform.ts';

export interface SharpeBootstrap {
  readonly resamples: number;
  readonly seed: number;
  /** Chance, of the resamples, to lie below `lower`, and to lie above `upper`: 0 .. 0.5. */
  readonly tail: number;
}

/** Below this share of the mean square, what is left of a variance is rounding. */
const ROUNDING = 1e-12;

/**
 * Percentile interval of the Sharpe ratio of `mine` (less that of `theirs`, day by day the same days) under the circular
 * block bootstrap, blocks as long as the cube root of the days: what `blockBootstrap` gives for `sharpeRatio`, from sums
 * over blocks, so that a resample costs as much as it has blocks. Fewer than two days give NaN bounds.
 * Throws RangeError when the two differ in length.
 * Example: `sharpeBootstrap(mine, theirs, { resamples: 2000, seed: 7, tail: 0.05 }).lower`.
 */
export function sharpeBootstrap(
  mine: ArrayLike<number>,
  theirs: ArrayLike<number> | null,
  { resamples, seed, tail }: SharpeBootstrap,
): { readonly lower: number; readonly upper: number } {
  const days = mine.length;
  if (theirs !== null && theirs.length !== days) {
    throw new RangeError(`theirs: expected ${days} days, was ${theirs.length}`);
  }
  if (days < 2) return { lower: Number.NaN, upper: Number.NaN };
  const first = runningSums(mine);
  const second = theirs === null ? null : runningSums(theirs);
  const block = Math.max(1, Math.round(Math.cbrt(days)));
  const next = seededUniform(seed);
  const starts = new Int32Array(Math.ceil(days / block));
  const drawn = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample += 1) {
    for (let at = 0; at < starts.length; at += 1) starts[at] = Math.floor(next() * days);
    drawn[resample] =
      sharpeOf(first, starts, block) - (second === null ? 0 : sharpeOf(second, starts, block));
  }
  drawn.sort();
  return { lower: quantile(drawn, tail), upper: quantile(drawn, 1 - tail) };
}

/** Sums of the values and their squares from the first one on, round the circle twice; values are from their mean. */
interface RunningSums {
  readonly days: number;
  readonly mean: number;
  readonly values: Float64Array;
  readonly squares: Float64Array;
}

function runningSums(returns: ArrayLike<number>): RunningSums {
  const days = returns.length;
  let mean = 0;
  for (let day = 0; day < days; day += 1) mean += (returns[day] as number) / days;
  const values = new Float64Array(2 * days + 1);
  const squares = new Float64Array(2 * days + 1);
  for (let at = 0; at < 2 * days; at += 1) {
    const value = (returns[at % days] as number) - mean;
    values[at + 1] = (values[at] as number) + value;
    squares[at + 1] = (squares[at] as number) + value * value;
  }
  return { days, mean, values, squares };
}

/** The Sharpe ratio of a resample: whole blocks, the last one cut where the days are full. */
function sharpeOf({ days, mean, values, squares }: RunningSums, starts: Int32Array, block: number): number {
  let [sum, square, left] = [0, 0, days];
  for (let at = 0; at < starts.length; at += 1) {
    const from = starts[at] as number;
    const to = from + Math.min(block, left);
    sum += (values[to] as number) - (values[from] as number);
    square += (squares[to] as number) - (squares[from] as number);
    left -= block;
  }
  const average = mean + sum / days;
  const variance = (square - (sum * sum) / days) / (days - 1);
  return variance <= ROUNDING * (variance + average * average) ? 0 : average / Math.sqrt(variance);
}
