import { logSumExp } from '../../stats/log-sum-exp.ts';
import { CLASS_COUNT } from './classes.ts';

/**
 * Raw scores in which a class that training never saw gets the chance of one row among the training
 * rows, not of none: a short first fold may well lack the rarest class, which is no proof against it.
 *
 * @param rawScores - [rows x 3]
 * @param seen - classes with training rows
 * @param trainingRows - at least 1
 * @example smoothUnseen(Float64Array.of(0, -34, 0), new Set([0, 2]), 99) // HOLD comes to about 1 in 100
 */
export function smoothUnseen(
  rawScores: Float64Array,
  seen: ReadonlySet<number>,
  trainingRows: number,
): Float64Array {
  return rawScores.map((score, at) => {
    const start = at - (at % CLASS_COUNT);
    if (seen.has(at - start)) return score;
    const others = rawScores.subarray(start, start + CLASS_COUNT).filter((_, own) => seen.has(own));
    return logSumExp(others) - Math.log(trainingRows);
  });
}
