import { dailyEquity, type EquityDay, tradeEquity } from './equity.ts';
import type { ExecutionPolicy } from './execution-policy.ts';
import { heldMinutes } from './held-minutes.ts';
import { type BacktestMetrics, measureTrades } from './metrics.ts';
import { type Observation, underlyingSessions } from './observation.ts';
import { simulateSession, type Trade, type UnderlyingSession, type UnderlyingSkipped } from './simulate.ts';

export type { BacktestMetrics } from './metrics.ts';

/** What rules look at, whatever was traded. */
export interface Backtest {
  readonly trades: readonly Trade[];
  readonly days: readonly EquityDay[];
  readonly metrics: BacktestMetrics;
}

/** A replay on the underlying. */
export interface UnderlyingBacktest extends Backtest {
  /** Minutes whose score asked for a position: the trades and all that was skipped. */
  readonly signals: number;
  readonly skipped: Readonly<UnderlyingSkipped>;
  /** Equity after every trade. */
  readonly equity: readonly number[];
}

/**
 * Replays out-of-sample positions over recorded minutes of the underlying: entry at the next observation, exit at the
 * horizon or the session's last observation, one position at a time, costs on every round trip.
 * Observations are in time order; a session ends where its date changes. None gives an empty, tradeless result.
 * Example: `backtest([{session:'2026-01-05', minute:555, price:100, position:1}, ...], policy).metrics.trades`.
 */
export function backtest(observations: readonly Observation[], policy: ExecutionPolicy): UnderlyingBacktest {
  return backtestUnderlying(underlyingSessions(observations), policy);
}

/** The same of columns: sessions in order, each named once. */
export function backtestUnderlying(
  sessions: readonly UnderlyingSession[],
  policy: ExecutionPolicy,
): UnderlyingBacktest {
  const trades: Trade[] = [];
  const skipped: UnderlyingSkipped = { positions_full: 0, session_ending: 0 };
  let [minutes, held] = [0, 0];
  for (const session of sessions) {
    const first = trades.length;
    simulateSession(session, policy, trades, skipped);
    minutes += session.minute.length;
    held += heldMinutes(session.minute, trades.slice(first));
  }
  const startingEquityRupees = policy.starting_equity_rupees;
  const value = startingEquityRupees * policy.position_fraction;
  const days = dailyEquity(
    sessions.map(({ session }) => session),
    trades,
    startingEquityRupees,
  );
  const tradedRupees = trades.reduce((sum, one) => sum + value * (1 + one.exit_price / one.entry_price), 0);
  return {
    signals: trades.length + skipped.positions_full + skipped.session_ending,
    skipped,
    trades,
    equity: tradeEquity(trades, startingEquityRupees),
    days,
    metrics: measureTrades({
      trades,
      days,
      startingEquityRupees,
      tradedRupees,
      minutes,
      heldMinutes: held,
    }),
  };
}
