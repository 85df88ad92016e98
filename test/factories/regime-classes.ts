import type { LabelledMatrix } from '../../shared/ports/model-family.ts';
import { seededUniform } from '../../shared/stats/seeded-uniform.ts';

/** Feature columns; the chances of the states stand behind them. */
export const REGIME_FEATURES = 3;
const PER_SESSION = 100;

/**
 * A problem whose rule turns round with the regime: BUY where the first column is high in even states, where it is low in
 * odd ones.
 *
 * @param shares - of each state in the rows, sum 1
 * @param sureShare - rows whose state is certain; of the others it has 0.9
 */
export function regimeClasses(
  rows: number,
  shares: readonly number[],
  seed: number,
  sureShare = 0.5,
): LabelledMatrix {
  const uniform = seededUniform(seed);
  const states = shares.length;
  const columns = REGIME_FEATURES + states;
  const values = new Float32Array(rows * columns);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    for (let at = 0; at < REGIME_FEATURES; at += 1) own[at] = uniform() - 0.5;
    const state = stateOf(shares, uniform());
    const sure = states === 1 || uniform() < sureShare ? 1 : 0.9;
    own.fill((1 - sure) / Math.max(1, states - 1), REGIME_FEATURES);
    own[REGIME_FEATURES + state] = sure;
    const pull = (state % 2 === 0 ? 1 : -1) * own[0]! + 0.1 * (uniform() - 0.5);
    labels[row] = pull > 0.15 ? 2 : pull < -0.15 ? 0 : 1;
  }
  const weights = Float64Array.from({ length: rows }, () => 0.05 + 0.1 * uniform());
  const sessions = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / PER_SESSION));
  return { values, rows, columns, labels, weights, sessions };
}

function stateOf(shares: readonly number[], drawn: number): number {
  let sum = 0;
  const state = shares.findIndex((share) => {
    sum += share;
    return drawn < sum;
  });
  return state < 0 ? shares.length - 1 : state;
}
