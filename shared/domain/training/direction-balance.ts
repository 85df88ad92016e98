import { BUY, SELL } from './classes.ts';

/**
 * Weights under which every session's SELL and BUY rows weigh the same together. A session's trend is one
 * observation, not hundreds: unbalanced, features that stand still all day would learn it by heart.
 * With sums S and B both come to the harmonic mean 2SB / (S + B), so no weight more than doubles; a session
 * that knows one direction only gives its HOLD rows alone.
 *
 * @param weights - >= 0, one a row
 * @param classes - 0..2
 * @param sessions - one a row
 * @example directionBalance([1, 1, 1, 1], [0, 0, 0, 2], ['a', 'a', 'a', 'a']) // [0.5, 0.5, 0.5, 1.5]
 */
export function directionBalance(
  weights: ArrayLike<number>,
  classes: ArrayLike<number>,
  sessions: readonly string[],
): Float64Array {
  const sums = new Map<string, { sell: number; buy: number }>();
  sessions.forEach((session, row) => {
    const sum = sums.get(session) ?? { sell: 0, buy: 0 };
    if (classes[row] === SELL) sum.sell += weights[row] as number;
    if (classes[row] === BUY) sum.buy += weights[row] as number;
    sums.set(session, sum);
  });
  return Float64Array.from(sessions, (session, row) => {
    const { sell, buy } = sums.get(session) as { sell: number; buy: number };
    const weight = weights[row] as number;
    if (classes[row] === SELL) return (weight * 2 * buy) / (sell + buy);
    return classes[row] === BUY ? (weight * 2 * sell) / (sell + buy) : weight;
  });
}
