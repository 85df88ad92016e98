import type { ExecutionPolicy } from './execution-policy.ts';
import type { Trade } from './simulate.ts';

/** One session of the equity curve; a session without a trade counts with 0. */
export interface EquityDay {
  readonly session: string;
  readonly trades: number;
  readonly pnl_rupees: number;
  /** Profit over the starting equity. */
  readonly daily_return: number;
  readonly equity_rupees: number;
}

/** Equity at the end of every session, from the starting equity. Sessions are in order and named once. */
export function dailyEquity(
  sessions: readonly string[],
  trades: readonly Trade[],
  policy: ExecutionPolicy,
): EquityDay[] {
  const start = policy.starting_equity_rupees;
  let equity = start;
  return sessions.map((session) => {
    const taken = trades.filter((trade) => trade.session === session);
    const pnl = taken.reduce((sum, trade) => sum + trade.pnl_rupees, 0);
    equity += pnl;
    return {
      session,
      trades: taken.length,
      pnl_rupees: pnl,
      daily_return: pnl / start,
      equity_rupees: equity,
    };
  });
}

/**
 * Largest fall of the equity, trade by trade, below its running maximum, as a fraction of that maximum. The maximum
 * starts at the starting equity, so an initial loss is a drawdown. No trades give 0.
 * Example: 1000 rupees, then -100, +50 gives 0.1.
 */
export function maxDrawdownFraction(
  trades: readonly Pick<Trade, 'pnl_rupees'>[],
  startingEquityRupees: number,
): number {
  let equity = startingEquityRupees;
  let peak = equity;
  let largest = 0;
  for (const { pnl_rupees } of trades) {
    equity += pnl_rupees;
    peak = Math.max(peak, equity);
    largest = Math.max(largest, (peak - equity) / peak);
  }
  return largest;
}
