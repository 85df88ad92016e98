export interface OverfittingProbability {
  /** Share of splits whose in-sample winner lands in the lower half out of sample. */
  readonly pbo: number;
  readonly splits: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV; Bailey, Borwein,
 * Lopez de Prado and Zhu, 2015), judged by the Sharpe ratio. `returns[trial][period]`, all of equal length;
 * the periods are cut into `blocks` (even) runs of equal length, a remainder at the front is left out.
 * `margin` is a Sharpe ratio per period that does not matter: out of sample the winner gets it as a present, so that
 * trials which are as good as each other are no overfitting whichever wins; 0 is the definition of the paper.
 * Throws RangeError with fewer than two trials, odd blocks, more than 20 of them, or fewer periods than two a block.
 * Example: 16 blocks give 12870 splits; trials without edge give about 0.5.
 */
export function overfittingProbability(
  returns: readonly ArrayLike<number>[],
  blocks: number,
  margin = 0,
): OverfittingProbability {
  const periods = returns[0]?.length ?? 0;
  const length = Math.floor(periods / blocks);
  if (returns.length < 2) throw new RangeError(`returns: expected at least 2 trials, was ${returns.length}`);
  if (blocks < 2 || blocks > MOST_BLOCKS || blocks % 2 !== 0) {
    throw new RangeError(`blocks: expected an even number, 2 to ${MOST_BLOCKS}, was ${blocks}`);
  }
  if (length < 2) throw new RangeError(`returns: expected at least ${2 * blocks} periods, was ${periods}`);
  const sums = subsetSums(returns, blocks, length);
  const half = (blocks / 2) * length;
  const one = new Float64Array(returns.length);
  const other = new Float64Array(returns.length);
  let overfitted = 0;
  let splits = 0;
  // Without the last block: each of these splits and its reverse are two, of the same two halves.
  for (let chosen = 0; chosen < 1 << (blocks - 1); chosen += 1) {
    if (bitCount(chosen) !== blocks / 2) continue;
    splits += 2;
    sharpes(sums, chosen, blocks, half, one);
    sharpes(sums, (1 << blocks) - 1 - chosen, blocks, half, other);
    if (winnerRank(one, other, margin) <= 0.5) overfitted += 1;
    if (winnerRank(other, one, margin) <= 0.5) overfitted += 1;
  }
  return { pbo: overfitted / splits, splits };
}

/** 2 ** 20 splits and more would take minutes. */
const MOST_BLOCKS = 20;

/**
 * Sums over every set of blocks of the lower half and of the upper half, [sets x trials]: two look-ups give the sum over
 * any set. A set is a number whose bits are its blocks.
 */
interface SubsetSums {
  readonly lowFirst: Float64Array;
  readonly lowSecond: Float64Array;
  readonly highFirst: Float64Array;
  readonly highSecond: Float64Array;
}

function subsetSums(returns: readonly ArrayLike<number>[], blocks: number, length: number): SubsetSums {
  const trials = returns.length;
  const first = new Float64Array(blocks * trials);
  const second = new Float64Array(blocks * trials);
  returns.forEach((trial, at) => {
    const skipped = trial.length - blocks * length;
    for (let i = 0; i < blocks * length; i++) {
      const value = trial[skipped + i] as number;
      const place = Math.floor(i / length) * trials + at;
      first[place] = (first[place] as number) + value;
      second[place] = (second[place] as number) + value * value;
    }
  });
  const middle = (blocks / 2) * trials;
  return {
    lowFirst: sumsOfSets(first.subarray(0, middle), trials),
    lowSecond: sumsOfSets(second.subarray(0, middle), trials),
    highFirst: sumsOfSets(first.subarray(middle), trials),
    highSecond: sumsOfSets(second.subarray(middle), trials),
  };
}

function sumsOfSets(values: Float64Array, trials: number): Float64Array {
  const sums = new Float64Array((1 << (values.length / trials)) * trials);
  for (let set = 1; set < sums.length / trials; set += 1) {
    const highest = 31 - Math.clz32(set);
    const rest = (set - (1 << highest)) * trials;
    for (let at = 0; at < trials; at += 1) {
      sums[set * trials + at] = (sums[rest + at] as number) + (values[highest * trials + at] as number);
    }
  }
  return sums;
}

/** Relative rank (0..1) out of sample of the trial with the best Sharpe ratio in sample; ties share their rank. */
function winnerRank(inside: Float64Array, outside: Float64Array, margin: number): number {
  let winner = 0;
  for (let at = 1; at < inside.length; at += 1) {
    if ((inside[at] as number) > (inside[winner] as number)) winner = at;
  }
  const mine = (outside[winner] as number) + margin;
  let rank = 1;
  for (let at = 0; at < outside.length; at += 1) {
    const other = outside[at] as number;
    if (at !== winner) rank += other < mine ? 1 : other === mine ? 0.5 : 0;
  }
  return rank / (outside.length + 1);
}

/** The Sharpe ratio of each trial over the chosen blocks, `half` periods in all. */
function sharpes(sums: SubsetSums, chosen: number, blocks: number, half: number, into: Float64Array): void {
  const { lowFirst, lowSecond, highFirst, highSecond } = sums;
  const low = (chosen & ((1 << (blocks / 2)) - 1)) * into.length;
  const high = (chosen >> (blocks / 2)) * into.length;
  for (let at = 0; at < into.length; at += 1) {
    const mean = ((lowFirst[low + at] as number) + (highFirst[high + at] as number)) / half;
    const square = ((lowSecond[low + at] as number) + (highSecond[high + at] as number)) / half;
    const variance = square - mean * mean;
    into[at] = variance > 0 ? mean / Math.sqrt(variance) : 0;
  }
}

function bitCount(set: number): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count += 1;
  return count;
}
