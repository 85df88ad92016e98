import type { GaussianHmm } from './gaussian-hmm.ts';

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Writes the log density of one standardised row in each state, 0 in every state when a value is missing: such a row
 * tells nothing about the state.
 *
 * @param rows - the row's inputs stand from `start` on
 * @param out - the densities are written from `at` on
 */
export type Emit = (rows: Float64Array, start: number, out: Float64Array, at: number) => void;

/** The densities of a model, with what depends on the model alone worked out once. Not to be shared between threads. */
export function emissionsOf({ inputs, states, means, factors }: EmittingModel): Emit {
  const size = inputs.length;
  const logRoots = logRootsOf(factors, states, size);
  const whitened = new Float64Array(size);
  return (rows, start, out, at) => {
    for (let input = 0; input < size; input += 1) {
      if (Number.isNaN(rows[start + input])) {
        out.fill(0, at, at + states);
        return;
      }
    }
    for (let state = 0; state < states; state += 1) {
      const first = state * size * size;
      let squares = 0;
      for (let input = 0; input < size; input += 1) {
        let value = (rows[start + input] as number) - (means[state * size + input] as number);
        const line = first + input * size;
        for (let before = 0; before < input; before += 1) {
          value -= (factors[line + before] as number) * (whitened[before] as number);
        }
        const white = value / (factors[line + input] as number);
        whitened[input] = white;
        // Not to the power of two: that is rounded otherwise before the optimiser has seen it.
        squares += white * white;
      }
      out[at + state] = -0.5 * (size * LOG_TWO_PI + squares) - (logRoots[state] as number);
    }
  };
}

export type EmittingModel = Pick<GaussianHmm, 'inputs' | 'states' | 'means' | 'factors'>;

/** Half the log determinant of each state's covariance. */
function logRootsOf(factors: Float64Array, states: number, size: number): Float64Array {
  return Float64Array.from({ length: states }, (_, state) => {
    let sum = 0;
    for (let at = 0; at < size; at += 1) sum += Math.log(factors[(state * size + at) * size + at] as number);
    return sum;
  });
}
