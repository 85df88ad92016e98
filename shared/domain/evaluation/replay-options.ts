import { type OptionBacktest, optionReplay } from '../backtest/option-replay.ts';
import { scoreColumns } from '../backtest/score-columns.ts';
import type { OptionExecution } from './execution.ts';
import type { ScoredRow } from './scored-row.ts';

/**
 * What scored rows, in time order, would have earned in the options that the policy trades. A session of which the chain
 * was not recorded counts with no trades, its signals as `no_contract`.
 * Example: `replayOptions(rows, options).skipped.no_contract`.
 */
export function replayOptions(
  rows: readonly ScoredRow[],
  { setting, quotes }: OptionExecution,
): OptionBacktest {
  const replay = optionReplay(setting);
  for (let first = 0, end = 0; first < rows.length; first = end) {
    const date = rows[first]!.session;
    while (rows[end]?.session === date) end++;
    replay.add({ date, scores: scoreColumns(rows.slice(first, end)), quotes: quotes.get(date) ?? null });
  }
  return replay.result();
}
