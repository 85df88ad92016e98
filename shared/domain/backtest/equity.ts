/** One session of the equity curve; a session without a trade counts with 0. */
export interface EquityDay {
  readonly session: string;
  readonly trades: number;
  readonly pnl_rupees: number;
  /** Profit over the starting equity. */
  readonly daily_return: number;
  readonly equity_rupees: number;
}

interface Closed {
  readonly session: string;
  readonly pnl_rupees: number;
}

/**
 * Equity at the end of every session, from the starting equity. Sessions are in order and named once; trades are in the
 * order of their closing, of these sessions only.
 */
export function dailyEquity(
  sessions: readonly string[],
  trades: readonly Closed[],
  startingEquityRupees: number,
): EquityDay[] {
  let equity = startingEquityRupees;
  let next = 0;
  return sessions.map((session) => {
    const first = next;
    let pnl = 0;
    for (; trades[next]?.session === session; next++) pnl += trades[next]!.pnl_rupees;
    equity += pnl;
    return {
      session,
      trades: next - first,
      pnl_rupees: pnl,
      daily_return: pnl / startingEquityRupees,
      equity_rupees: equity,
    };
  });
}

/**
 * Equity after every trade, in the order of their closing. Example: 1000 rupees, then -100, +50 gives `[900, 950]`.
 */
export function tradeEquity(
  trades: readonly Pick<Closed, 'pnl_rupees'>[],
  startingEquityRupees: number,
): number[] {
  let equity = startingEquityRupees;
  return trades.map(({ pnl_rupees }) => {
    equity += pnl_rupees;
    return equity;
  });
}

/**
 * Largest fall of the equity, trade by trade, below its running maximum, as a fraction of that maximum. The maximum
 * starts at the starting equity, so an initial loss is a drawdown. No trades give 0.
 * Example: 1000 rupees, then -100, +50 gives 0.1.
 */
export function maxDrawdownFraction(
  trades: readonly Pick<Closed, 'pnl_rupees'>[],
  startingEquityRupees: number,
): number {
  let peak = startingEquityRupees;
  let largest = 0;
  for (const equity of tradeEquity(trades, startingEquityRupees)) {
    peak = Math.max(peak, equity);
    largest = Math.max(largest, (peak - equity) / peak);
  }
  return largest;
}
