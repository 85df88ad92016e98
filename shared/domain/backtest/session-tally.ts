import type { RiskLimits } from '../risk/risk-limits.ts';
import { circuitBreaker } from '../risk/tracker/circuit-breaker.ts';

/** What the closed positions of a session brought, as its circuit breaker asks for it. */
export interface SessionTally {
  readonly profitRupees: number;
  /** Losing positions since the last one that did not lose. */
  readonly losses: number;
}

export const NOTHING_CLOSED: SessionTally = { profitRupees: 0, losses: 0 };

/** The tally after one more position was closed. */
export function tallied({ profitRupees, losses }: SessionTally, pnlRupees: number): SessionTally {
  return { profitRupees: profitRupees + pnlRupees, losses: pnlRupees < 0 ? losses + 1 : 0 };
}

/** Whether a session is to enter nothing more: at its daily loss, or after a run of losses. */
export function isBreakerOpen({ profitRupees, losses }: SessionTally, limits: RiskLimits): boolean {
  return circuitBreaker({
    currentDailyLoss: profitRupees / limits.account_rupees,
    maxDailyLoss: limits.circuit_breaker.max_daily_loss,
    consecutiveLosses: losses,
    maxConsecutiveLosses: limits.circuit_breaker.max_consecutive_losses,
  }).triggered;
}
