import { moments } from '../../stats/moments.ts';
import { sharpeRatio } from '../../stats/sharpe-ratio.ts';
import { sortinoRatio } from '../../stats/sortino-ratio.ts';
import { type EquityDay, maxDrawdownFraction } from './equity.ts';

/** Trading days a year used to annualise daily figures. */
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
  /** Profits of all winners over losses of all losers. */
  readonly profit_factor: number | null;
  /** Mean over deviation of daily returns, every session counted, not annualised. */
  readonly daily_sharpe: number | null;
  /** The same times the square root of 252. */
  readonly annual_sharpe: number | null;
  /** Mean daily return over the downside deviation (`stats/sortino-ratio.ts`), times the square root of 252. */
  readonly annual_sortino: number | null;
  /** Mean daily return times 252, not compounded, over `max_drawdown`. */
  readonly calmar: number | null;
  readonly skewness: number;
  /** Raw: 3 for normal. */
  readonly kurtosis: number;
  /** Largest fall below the running maximum, which starts at the starting equity. */
  readonly max_drawdown: number;
  /** Value bought and sold over the starting equity, a session on average. */
  readonly turnover: number | null;
  /** Costs over the sum of absolute profits before costs. */
  readonly cost_share: number | null;
  /** Share of the scored minutes in which a position was open. */
  readonly exposure: number;
}

/** A closed trade, whatever was traded. */
interface Measured {
  readonly session: string;
  readonly pnl_rupees: number;
  readonly cost_rupees: number;
}

export interface Replayed<Trade extends Measured> {
  /** In the order of their closing. */
  readonly trades: readonly Trade[];
  readonly days: readonly EquityDay[];
  readonly startingEquityRupees: number;
  /** Sum of the values of all purchases and sales. */
  readonly tradedRupees: number;
  /** Scored minutes, and those of them in which a position was open. */
  readonly minutes: number;
  readonly heldMinutes: number;
}

/** The metrics of a replay. Nothing replayed gives zeros and nulls. */
export function measureTrades<Trade extends Measured>(replayed: Replayed<Trade>): BacktestMetrics {
  const { trades, days, startingEquityRupees } = replayed;
  const returns = Float64Array.from(days, (day) => day.daily_return);
  const { mean, skewness, kurtosis } = moments(returns);
  const sharpe = sharpeRatio(returns);
  const year = Math.sqrt(TRADING_DAYS_A_YEAR);
  const sums = sumsOf(trades);
  const maxDrawdown = maxDrawdownFraction(trades, startingEquityRupees);
  return {
    sessions: days.length,
    trades: trades.length,
    total_return: (sums.won - sums.lost) / startingEquityRupees,
    hit_rate: ratio(sums.winners, trades.length),
    payoff: ratio(sums.won / sums.winners, sums.lost / sums.losers),
    profit_factor: ratio(sums.won, sums.lost),
    daily_sharpe: finite(sharpe),
    annual_sharpe: finite(sharpe * year),
    annual_sortino: finite(sortinoRatio(returns) * year),
    calmar: ratio(mean * TRADING_DAYS_A_YEAR, maxDrawdown),
    skewness: finite(skewness) ?? 0,
    kurtosis: finite(kurtosis) ?? 3,
    max_drawdown: maxDrawdown,
    turnover: ratio(replayed.tradedRupees / startingEquityRupees, days.length),
    cost_share: ratio(sums.costs, sums.gross),
    exposure: ratio(replayed.heldMinutes, replayed.minutes) ?? 0,
  };
}

function sumsOf(trades: readonly Measured[]) {
  const sums = { winners: 0, losers: 0, won: 0, lost: 0, costs: 0, gross: 0 };
  for (const { pnl_rupees, cost_rupees } of trades) {
    if (pnl_rupees > 0) {
      sums.winners++;
      sums.won += pnl_rupees;
    } else if (pnl_rupees < 0) {
      sums.losers++;
      sums.lost -= pnl_rupees;
    }
    sums.costs += cost_rupees;
    sums.gross += Math.abs(pnl_rupees + cost_rupees);
  }
  return sums;
}

function ratio(above: number, below: number): number | null {
  return finite(above / below);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
