import { moments } from '../../stats/moments.ts';
import { sharpeRatio } from '../../stats/sharpe-ratio.ts';
import { dailyEquity, type EquityDay, maxDrawdownFraction } from './equity.ts';
import type { ExecutionPolicy } from './execution-policy.ts';
import { type Observation, simulateSession, type Trade } from './simulate.ts';

/** Trading days a year used to annualise the daily Sharpe ratio. */
export const TRADING_DAYS_A_YEAR = 252;

/** What a policy would have earned. Rates are fractions; null where a quotient has nothing below the line. */
export interface BacktestMetrics {
  readonly sessions: number;
  readonly trades: number;
  /** Profit after costs over starting equity. */
  readonly total_return: number;
  /** Share of trades with a profit after costs. */
  readonly hit_rate: number | null;
  /** Mean profit of winners over mean loss of losers. */
  readonly payoff: number | null;
  readonly profit_factor: number | null;
  /** Mean over deviation of daily returns, every session counted, not annualised. */
  readonly daily_sharpe: number | null;
  /** The same times the square root of 252. */
  readonly annual_sharpe: number | null;
  readonly skewness: number;
  /** Raw: 3 for normal. */
  readonly kurtosis: number;
  /** Largest fall below the running maximum, which starts at the starting equity. */
  readonly max_drawdown: number;
  /** Costs over the sum of absolute profits before costs. */
  readonly cost_share: number | null;
  /** Share of observed minutes with an open position. */
  readonly exposure: number;
}

export interface Backtest {
  readonly trades: readonly Trade[];
  readonly days: readonly EquityDay[];
  readonly metrics: BacktestMetrics;
}

/**
 * Replays out-of-sample positions over recorded minutes: entry at the next observation, exit at the horizon or the
 * session's last observation, one position at a time, costs on every round trip.
 * Observations are in time order; a session ends where its date changes. None gives an empty, tradeless result.
 * Example: `backtest([{session:'2026-01-05', minute:555, price:100, position:1}, ...], policy).metrics.trades`.
 */
export function backtest(observations: readonly Observation[], policy: ExecutionPolicy): Backtest {
  const sessions = bySession(observations);
  const trades = sessions.flatMap((rows) => simulateSession(rows, policy));
  const days = dailyEquity(
    sessions.map((rows) => rows[0]!.session),
    trades,
    policy,
  );
  return { trades, days, metrics: measure(trades, days, observations.length, policy) };
}

function bySession(observations: readonly Observation[]): Observation[][] {
  const sessions: Observation[][] = [];
  for (const row of observations) {
    const current = sessions.at(-1);
    if (current?.[0]?.session === row.session) current.push(row);
    else sessions.push([row]);
  }
  return sessions;
}

function measure(
  trades: readonly Trade[],
  days: readonly EquityDay[],
  minutes: number,
  policy: ExecutionPolicy,
): BacktestMetrics {
  const pnl = trades.map((trade) => trade.pnl_rupees);
  const wins = pnl.filter((value) => value > 0);
  const losses = pnl.filter((value) => value < 0);
  const returns = days.map((day) => day.daily_return);
  const sharpe = sharpeRatio(returns);
  const { skewness, kurtosis } = moments(returns);
  const gross = sum(trades.map((trade) => Math.abs(trade.pnl_rupees + trade.cost_rupees)));
  return {
    sessions: days.length,
    trades: trades.length,
    total_return: sum(pnl) / policy.starting_equity_rupees,
    hit_rate: ratio(wins.length, trades.length),
    payoff: ratio(sum(wins) / wins.length, -sum(losses) / losses.length),
    profit_factor: ratio(sum(wins), -sum(losses)),
    daily_sharpe: finite(sharpe),
    annual_sharpe: finite(sharpe * Math.sqrt(TRADING_DAYS_A_YEAR)),
    skewness: finite(skewness) ?? 0,
    kurtosis: finite(kurtosis) ?? 3,
    max_drawdown: maxDrawdownFraction(trades, policy.starting_equity_rupees),
    cost_share: ratio(sum(trades.map((trade) => trade.cost_rupees)), gross),
    exposure: ratio(sum(trades.map((trade) => trade.exit_minute - trade.entry_minute)), minutes) ?? 0,
  };
}

function ratio(above: number, below: number): number | null {
  return finite(above / below);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
