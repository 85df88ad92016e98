/** Probabilities of the regime's states, given the past only. */
export interface RegimeChances {
  readonly states: number;
  /** [rows x states] */
  readonly chances: ArrayLike<number>;
}

/**
 * How much of a row's calibration is each regime's own, and, last, how much is the common one: [rows x (states + 1)],
 * each row sums to 1. It is as continuous as the chances are: there is no jump where another state becomes the likeliest.
 *
 * The common one gets what the chances leave of 1. A chance below 0 or above 1 counts as 0 or 1, NaN as 0; chances of
 * another number of states belong to no regime (state 2 of 3 is not state 2 of 4), as do rows without any.
 *
 * @param states - of the calibration; 0 when there is the common one alone
 * @example regimeWeights({ states: 2, chances: [0.7, 0.2] }, 1, 2) // [0.7, 0.2, 0.1]
 */
export function regimeWeights(
  regimes: RegimeChances | undefined,
  rows: number,
  states: number,
): Float64Array {
  const width = states + 1;
  const weights = new Float64Array(rows * width);
  const chances = regimes?.states === states ? regimes.chances : [];
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let state = 0; state < states; state += 1) {
      const weight = Math.min(Math.max(chances[row * states + state] || 0, 0), 1);
      weights[row * width + state] = weight;
      sum += weight;
    }
    const rest = Math.max(1 - sum, 0);
    weights[row * width + states] = rest;
    const total = sum + rest;
    for (let at = row * width; at < (row + 1) * width; at += 1) weights[at]! /= total;
  }
  return weights;
}
