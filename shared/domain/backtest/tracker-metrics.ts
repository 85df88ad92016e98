/** The tracker's own metric definitions, kept under its names so that old and new reports can be compared. */

const TRADING_DAYS_A_YEAR = 252;

export interface TradingMetricsInput {
  /** -1 sell, 0 no trade, 1 buy. */
  readonly predictions: readonly number[];
  /** Fractions; null or NaN when the return is not known. */
  readonly actualReturns: readonly (number | null)[];
  /** Rupees. */
  readonly positionSizes: readonly number[];
}

/** Money in rupees, rates as fractions of all rows; NaN where the definition divides by nothing. */
export interface TradingMetrics {
  readonly total_pnl: number;
  readonly win_rate: number;
  readonly profit_factor: number;
  readonly sharpe_ratio: number;
  readonly max_drawdown: number;
  readonly calmar_ratio: number;
  readonly hit_rate: number;
  readonly avg_win: number;
  readonly avg_loss: number;
  readonly signal_frequency: number;
  readonly false_signal_rate: number;
}

/**
 * The tracker's trading metrics of one column of predictions: pnl = prediction x return x size, row by row.
 * A missing return leaves the sums but stays in the denominators, and makes the Sharpe ratio NaN.
 * Throws RangeError when the three columns differ in length. Empty columns give zeros, and NaN ratios.
 * Example: one sell of 1000 against +0.002 gives total_pnl -2, false_signal_rate 1, sharpe_ratio NaN.
 */
export function tradingMetrics(input: TradingMetricsInput): TradingMetrics {
  const { predictions, positionSizes } = input;
  const returns = input.actualReturns.map((value) => value ?? Number.NaN);
  if (returns.length !== predictions.length || positionSizes.length !== predictions.length) {
    throw new RangeError(
      `predictions, actualReturns, positionSizes: expected equal lengths, was ${predictions.length}, ${returns.length}, ${positionSizes.length}`,
    );
  }
  const pnl = predictions.map((prediction, i) => prediction * (returns[i] ?? 0) * (positionSizes[i] ?? 0));
  const wins = pnl.filter((value) => value > 0);
  const losses = pnl.filter((value) => value < 0);
  const totalPnl = sum(pnl.filter((value) => !Number.isNaN(value)));
  const maxDrawdown = drawdown(runningSum(pnl));
  const taken = (i: number) => predictions[i] !== 0;
  const hit = (i: number) => Math.sign(predictions[i] ?? 0) === Math.sign(returns[i] ?? 0);
  const wrong = (i: number) => taken(i) && (predictions[i] ?? 0) * (returns[i] ?? 0) < 0;
  return {
    total_pnl: totalPnl,
    win_rate: share(pnl.length, (i) => (pnl[i] ?? 0) > 0),
    profit_factor: losses.length === 0 ? Number.NaN : sum(wins) / Math.abs(sum(losses)),
    sharpe_ratio: sharpe(pnl),
    max_drawdown: maxDrawdown,
    calmar_ratio: maxDrawdown === 0 ? Number.NaN : totalPnl / maxDrawdown,
    hit_rate: share(pnl.length, hit),
    avg_win: wins.length === 0 ? 0 : sum(wins) / wins.length,
    avg_loss: losses.length === 0 ? 0 : sum(losses) / losses.length,
    signal_frequency: share(pnl.length, taken),
    false_signal_rate: share(pnl.length, wrong),
  };
}

/**
 * The largest fall of an equity curve below its running maximum, in the curve's own unit.
 * It starts at the first point, not at the starting capital, so an initial loss is no drawdown; empty gives 0.
 * Example: `drawdown([5, 30, 28, 3.5, 20])` is 26.5.
 */
export function drawdown(curve: readonly number[]): number {
  let peak = Number.NEGATIVE_INFINITY;
  let largest = 0;
  for (const value of curve) {
    peak = Math.max(peak, value);
    largest = Math.max(largest, peak - value);
  }
  return largest;
}

function sharpe(pnl: readonly number[]): number {
  if (pnl.length < 2) return Number.NaN;
  const mean = sum(pnl) / pnl.length;
  const variance = sum(pnl.map((value) => (value - mean) ** 2)) / (pnl.length - 1);
  return variance === 0 ? Number.NaN : (mean / Math.sqrt(variance)) * Math.sqrt(TRADING_DAYS_A_YEAR);
}

function runningSum(values: readonly number[]): number[] {
  let total = 0;
  return values.map((value) => {
    total += Number.isNaN(value) ? 0 : value;
    return total;
  });
}

function share(rows: number, holds: (row: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < rows; i++) if (holds(i)) count++;
  return rows === 0 ? 0 : count / rows;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
