/** Neighbouring values that isotonic regression makes one: from `start` up to, not including, `end`. */
export interface IsotonicBlock {
  readonly start: number;
  readonly end: number;
  /** Weighted mean of its values. */
  readonly value: number;
  readonly weight: number;
}

/**
 * Isotonic regression by pool-adjacent-violators (Ayer et al. 1955): the ascending step function with the least weighted
 * squared error, as blocks of strictly ascending value. Empty gives none.
 *
 * @param values - in the order in which they should ascend
 * @param weights - > 0, one a value
 * @example isotonicBlocks([1, 3, 2], [1, 1, 1]) // values 1 and 2.5, of which the second spans 1 to 3
 */
export function isotonicBlocks(values: ArrayLike<number>, weights: ArrayLike<number>): IsotonicBlock[] {
  const blocks: IsotonicBlock[] = [];
  for (let at = 0; at < values.length; at += 1) {
    let block = { start: at, end: at + 1, value: values[at] as number, weight: weights[at] as number };
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (before.value < block.value) break;
      const weight = before.weight + block.weight;
      const value = (before.value * before.weight + block.value * block.weight) / weight;
      block = { start: before.start, end: block.end, value, weight };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks;
}
