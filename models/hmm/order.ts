import type { GaussianHmm } from './gaussian-hmm.ts';

/**
 * The same model with its states renumbered: ascending by the mean of the first input, which measures
 * volatility. A state number so keeps its meaning from one retrain to the next.
 */
export function orderByVolatility(hmm: GaussianHmm): GaussianHmm {
  const size = hmm.inputs.length;
  const volatility = (state: number) => hmm.means[state * size] as number;
  const states = Array.from({ length: hmm.states }, (_, state) => state);
  return renumberStates(
    hmm,
    states.sort((a, b) => volatility(a) - volatility(b)),
  );
}

/** The same model with other numbers for its states: state n is the old state `order[n]`. */
export function renumberStates(hmm: GaussianHmm, order: readonly number[]): GaussianHmm {
  const size = hmm.inputs.length;
  const blocks = (values: Float64Array, width: number) =>
    Float64Array.from(order.flatMap((state) => [...values.subarray(state * width, (state + 1) * width)]));
  return {
    ...hmm,
    initial: blocks(hmm.initial, 1),
    means: blocks(hmm.means, size),
    factors: blocks(hmm.factors, size * size),
    transition: Float64Array.from(
      order.flatMap((from) => order.map((to) => hmm.transition[from * hmm.states + to] as number)),
    ),
  };
}
