export interface OverfittingProbability {
  /** Share of splits whose in-sample winner lands in the lower half out of sample. */
  readonly pbo: number;
  readonly splits: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV; Bailey, Borwein,
 * Lopez de Prado and Zhu, 2015), judged by the Sharpe ratio. `returns[trial][period]`, all of equal length;
 * the periods are cut into `blocks` (even) runs of equal length, a remainder at the front is left out.
 * Throws RangeError with fewer than two trials, odd blocks, or fewer periods than two a block.
 * Example: 16 blocks give 12870 splits; trials without edge give about 0.5.
 */
export function overfittingProbability(
  returns: readonly ArrayLike<number>[],
  blocks: number,
): OverfittingProbability {
  const periods = returns[0]?.length ?? 0;
  const length = Math.floor(periods / blocks);
  if (returns.length < 2) throw new RangeError(`returns: expected at least 2 trials, was ${returns.length}`);
  if (blocks < 2 || blocks % 2 !== 0) throw new RangeError(`blocks: expected an even number, was ${blocks}`);
  if (length < 2) throw new RangeError(`returns: expected at least ${2 * blocks} periods, was ${periods}`);
  const sums = returns.map((trial) => blockSums(trial, blocks, length));
  const half = (blocks / 2) * length;
  let overfitted = 0;
  let splits = 0;
  for (const chosen of combinations(blocks, blocks / 2)) {
    splits++;
    if (winnerRank(sums, chosen, half) <= 0.5) overfitted++;
  }
  return { pbo: overfitted / splits, splits };
}

interface BlockSums {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function blockSums(trial: ArrayLike<number>, blocks: number, length: number): BlockSums {
  const first = new Float64Array(blocks);
  const second = new Float64Array(blocks);
  const skipped = trial.length - blocks * length;
  for (let i = 0; i < blocks * length; i++) {
    const value = trial[skipped + i] as number;
    const block = Math.floor(i / length);
    first[block] = (first[block] as number) + value;
    second[block] = (second[block] as number) + value * value;
  }
  return { first, second };
}

/** Relative rank (0..1) out of sample of the trial with the best Sharpe ratio in sample; ties share their rank. */
function winnerRank(sums: readonly BlockSums[], chosen: readonly boolean[], half: number): number {
  let best = Number.NEGATIVE_INFINITY;
  let winner = 0;
  const outside = sums.map((trial, i) => {
    const inSample = sharpe(trial, chosen, true, half);
    if (inSample > best) {
      best = inSample;
      winner = i;
    }
    return sharpe(trial, chosen, false, half);
  });
  const mine = outside[winner] as number;
  let rank = 0;
  for (const other of outside) rank += other < mine ? 1 : other === mine ? 0.5 : 0;
  return (rank + 0.5) / (sums.length + 1);
}

function sharpe(trial: BlockSums, chosen: readonly boolean[], side: boolean, half: number): number {
  let first = 0;
  let second = 0;
  for (let block = 0; block < chosen.length; block++) {
    if (chosen[block] !== side) continue;
    first += trial.first[block] as number;
    second += trial.second[block] as number;
  }
  const mean = first / half;
  const variance = second / half - mean * mean;
  return variance > 0 ? mean / Math.sqrt(variance) : 0;
}

function* combinations(count: number, size: number): Generator<readonly boolean[]> {
  const chosen: boolean[] = Array.from({ length: count }, () => false);
  function* pick(from: number, left: number): Generator<readonly boolean[]> {
    if (left === 0) {
      yield chosen;
      return;
    }
    for (let i = from; i <= count - left; i++) {
      chosen[i] = true;
      yield* pick(i + 1, left - 1);
      chosen[i] = false;
    }
  }
  yield* pick(0, size);
}
