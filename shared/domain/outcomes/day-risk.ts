import type { Outcome } from './outcome.ts';

/** What a day's trades brought, as the circuit breaker asks for it. */
export interface DayRisk {
  /** Fraction of the account, negative when losing. */
  readonly daily_return: number;
  /** Losing trades since the last one that did not lose. */
  readonly consecutive_losses: number;
}

/**
 * The day's result from outcomes in the order of their recommendations: re-marked trades whose exposure followed the
 * action. No such trade gives zeros. Example: profits 500, -100, -300 of an account of 1,000,000 give 0.0001 and 2.
 */
export function dayRisk(outcomes: readonly Outcome[], accountRupees: number): DayRisk {
  const pnl = outcomes.flatMap((one) =>
    one.trade_pnl === null || one.exposure_inverted ? [] : [one.trade_pnl],
  );
  const total = pnl.reduce((sum, value) => sum + value, 0);
  const lastGood = pnl.findLastIndex((value) => value >= 0);
  return { daily_return: total / accountRupees, consecutive_losses: pnl.length - 1 - lastGood };
}
