import { CLASS_COUNT } from '../../shared/domain/training/classes.ts';
import type { Block } from '../../shared/domain/training/combinatorial-folds.ts';
import type { BacktestPath } from '../../shared/domain/training/combinatorial-summary.ts';
import { measure } from '../../shared/domain/training/metrics.ts';
import type { CandidateInput } from '../../shared/ports/model-trainer.ts';
import type { Observations } from './observations.ts';
import { numberOrNull } from './scored-columns.ts';
import type { SplitScores } from './split-scores.ts';
import { dailyReturns } from './trial.ts';

/**
 * One path through the blocks.
 * @param scores - of each block those of the split that judges it on this path
 */
export function backtestPath(
  input: CandidateInput,
  data: Observations,
  path: number,
  blocks: readonly Block[],
  scores: readonly SplitScores[],
  costReturn: number,
): BacktestPath {
  const parts = blocks.map((block, at) => within(scores[at] as SplitScores, block));
  const all = parts.flatMap(({ rows }) => [...rows]);
  const positions = parts.flatMap((part) => [...part.positions]);
  const probabilities = new Float64Array(all.length * CLASS_COUNT);
  let filled = 0;
  for (const part of parts) {
    probabilities.set(part.probabilities, filled);
    filled += part.probabilities.length;
  }
  const { log_loss, base_log_loss, auc } = measure(
    probabilities,
    Int32Array.from(all, (row) => data.classes[row] as number),
  );
  const traded = {
    session: all.map((row) => data.sessions[row] as string),
    position: positions,
    forward_return: all.map((row) => numberOrNull(input.forwardReturns[row])),
  };
  const { daily_returns, daily_sharpe } = dailyReturns(traded, costReturn);
  return {
    path,
    rows: all.length,
    log_loss,
    base_log_loss,
    auc,
    trades: positions.filter((position, at) => position !== 0 && traded.forward_return[at] !== null).length,
    net_return: daily_returns.reduce((sum, value) => sum + value, 0),
    daily_sharpe,
  };
}

/** The scores of a block's rows. */
function within({ rows, probabilities, positions }: SplitScores, { start, end }: Block): SplitScores {
  const first = rows.findIndex((row) => row >= start);
  const from = first < 0 ? rows.length : first;
  const behind = rows.findIndex((row) => row >= end);
  const to = behind < 0 ? rows.length : behind;
  return {
    rows: rows.subarray(from, to),
    probabilities: probabilities.subarray(from * CLASS_COUNT, to * CLASS_COUNT),
    positions: positions.subarray(from, to),
  };
}
