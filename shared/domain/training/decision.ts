import { quantile } from '../../stats/quantile.ts';
import { BUY, CLASS_COUNT, SELL } from './classes.ts';

/** The probability of a direction at or above which it is acted on, when it also beats the other. */
export interface Thresholds {
  readonly buy: number;
  readonly sell: number;
}

/** What signals brought on out-of-fold rows, after cost. Returns are fractions of the underlying. */
export interface Measured {
  readonly trades: number;
  /** Share that gained; null without trades. */
  readonly win_rate: number | null;
  /** Mean gain over mean loss; null without a gain or without a loss. */
  readonly payoff: number | null;
  /** Null without trades. */
  readonly mean_net_return: number | null;
}

/** The bundle's decision.json: both directions together, then each. */
export interface Decision extends Measured {
  readonly thresholds: Thresholds;
  readonly by_class: { readonly buy: Measured; readonly sell: Measured };
  /** Cost of one trade, there and back, that the thresholds were chosen for. */
  readonly cost_return: number;
}

/** Out-of-fold rows with what the underlying did until the label was known. */
export interface JudgedRows {
  /** [rows x 3], calibrated. */
  readonly probabilities: Float64Array;
  /** Fractions; rows with NaN bring no trade. */
  readonly forwardReturns: Float64Array;
}

const GRID = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98] as const;
const FEWEST_TRADES = 20;

/**
 * Per direction the threshold with the highest total return after cost, among quantiles of its
 * out-of-fold probabilities that leave at least 20 trades (the lowest quantile, when none does). Chosen
 * and measured on the same rows, the figures flatter a little: the gate judges the sessions kept back.
 *
 * @param rows - at least one
 * @param costReturn - fraction of the underlying, for a trade there and back
 */
export function chooseThresholds(rows: JudgedRows, costReturn: number): Decision {
  const sell = bestThreshold(rows, SELL, costReturn);
  const buy = bestThreshold(rows, BUY, costReturn);
  return measureThresholds(rows, { buy, sell }, costReturn);
}

/** What given thresholds would have brought on rows that they were not chosen on; without rows, nothing is known. */
export function measureThresholds(rows: JudgedRows, thresholds: Thresholds, costReturn: number): Decision {
  const { sell, buy } = thresholds;
  const sells = netReturns(rows, SELL, sell, costReturn);
  const buys = netReturns(rows, BUY, buy, costReturn);
  return {
    thresholds,
    ...summarise([...buys, ...sells]),
    by_class: { buy: summarise(buys), sell: summarise(sells) },
    cost_return: costReturn,
  };
}

function bestThreshold(rows: JudgedRows, direction: number, costReturn: number): number {
  const chances = Float64Array.from(rows.forwardReturns, (_, row) => chance(rows, row, direction)).sort();
  const tried = GRID.map((p) => {
    const threshold = quantile(chances, p);
    const returns = netReturns(rows, direction, threshold, costReturn);
    return { threshold, trades: returns.length, total: returns.reduce((sum, value) => sum + value, 0) };
  });
  const enough = tried.filter(({ trades }) => trades >= FEWEST_TRADES).sort((a, b) => b.total - a.total);
  return (enough[0] ?? tried[0])?.threshold as number;
}

function chance(rows: JudgedRows, row: number, direction: number): number {
  return rows.probabilities[row * CLASS_COUNT + direction] as number;
}

/** The return after cost of each trade that a threshold asks for, in row order. */
export function netReturns(
  rows: JudgedRows,
  direction: number,
  threshold: number,
  costReturn: number,
): number[] {
  const against = direction === BUY ? SELL : BUY;
  const sign = direction === BUY ? 1 : -1;
  const returns: number[] = [];
  rows.forwardReturns.forEach((forward, row) => {
    const own = chance(rows, row, direction);
    if (own < threshold || own <= chance(rows, row, against) || Number.isNaN(forward)) return;
    returns.push(sign * forward - costReturn);
  });
  return returns;
}

function summarise(returns: readonly number[]): Measured {
  const trades = returns.length;
  if (trades === 0) return { trades, win_rate: null, payoff: null, mean_net_return: null };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const gains = returns.filter((value) => value > 0);
  const losses = returns.filter((value) => value < 0);
  const payoff = gains.length === 0 || losses.length === 0 ? null : mean(gains) / -mean(losses);
  return { trades, win_rate: gains.length / trades, payoff, mean_net_return: mean(returns) };
}
