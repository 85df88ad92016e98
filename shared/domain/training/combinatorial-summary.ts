import { moments } from '../../stats/moments.ts';
import type { Metrics } from './metrics.ts';

/** One complete backtest: every judged row once, by a fit that had not seen it. */
export interface BacktestPath {
  /** From 1 on. */
  readonly path: number;
  readonly rows: number;
  readonly log_loss: number;
  /** Log-loss of always saying the base rates of these rows. */
  readonly base_log_loss: number;
  readonly auc: Metrics['auc'];
  readonly trades: number;
  /** Sum of the positions' returns after cost, a fraction of the underlying. */
  readonly net_return: number;
  /** Mean over standard deviation of the sessions' net returns; null when they do not vary. */
  readonly daily_sharpe: number | null;
}

/** How a figure is spread over the paths, of those that have it; all null without any (deviation: without two). */
export interface Spread {
  readonly mean: number | null;
  readonly standard_deviation: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

/** What combinatorial purged folds say of the chosen configuration, or why there are none. */
export type CombinatorialSummary =
  | { readonly left_out: string }
  | {
      readonly left_out: null;
      readonly groups: number;
      readonly judged: number;
      /** Sessions judged on each path. */
      readonly sessions: number;
      /** Whole sessions left out of the fit on both sides of each judged block. */
      readonly embargo_sessions: number;
      /** Fits, one for each choice of blocks. */
      readonly splits: number;
      readonly paths: readonly BacktestPath[];
      readonly log_loss: Spread;
      readonly auc_sell: Spread;
      readonly auc_buy: Spread;
      readonly daily_sharpe: Spread;
      /** Share of the paths whose positions lost money after cost. */
      readonly losing_share: number;
    };

/**
 * The figures of all paths together.
 * @param paths - at least one
 */
export function summarisePaths(paths: readonly BacktestPath[]) {
  const over = (figure: (path: BacktestPath) => number | null) => spreadOf(paths.map(figure));
  return {
    paths,
    log_loss: over(({ log_loss }) => log_loss),
    auc_sell: over(({ auc }) => auc.sell),
    auc_buy: over(({ auc }) => auc.buy),
    daily_sharpe: over(({ daily_sharpe }) => daily_sharpe),
    losing_share: paths.filter(({ net_return }) => net_return < 0).length / paths.length,
  };
}

/** Example: `spreadOf([1, null, 3])` has the mean 2, the deviation 1.414, least 1 and most 3. */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { mean: null, standard_deviation: null, least: null, most: null };
  const { mean, standardDeviation } = moments(known);
  return {
    mean,
    standard_deviation: known.length > 1 ? standardDeviation : null,
    least: Math.min(...known),
    most: Math.max(...known),
  };
}
