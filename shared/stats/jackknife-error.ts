/**
 * Standard error of a statistic by leaving out one block after the other (the delete-one-group jackknife, Efron 1982):
 * what is alike within a block, as the rows of one day, counts as one observation.
 *
 * @param without - the statistic without block number `block`; one that is not finite is left out
 * @returns NaN with fewer than two blocks
 * @example without the 1st, 2nd and 3rd of the values 1, 2, 3 their mean is 2.5, 2 and 1.5: the error is 1 / sqrt(3)
 */
export function jackknifeError(blocks: number, without: (block: number) => number): number {
  const values = Array.from({ length: blocks }, (_, block) => without(block)).filter(Number.isFinite);
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(((values.length - 1) / values.length) * squares);
}
