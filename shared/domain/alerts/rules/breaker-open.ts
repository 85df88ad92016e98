import { breached, type Check, clear } from '../check.ts';

export interface BreakerState {
  readonly exchange: string;
  readonly triggered: boolean;
  /** In the breaker's own words; empty when it is closed. */
  readonly reason: string;
}

/** A circuit breaker is open: every recommendation is HOLD until it closes. */
export function breakerOpen({ exchange, triggered, reason }: BreakerState): Check {
  if (!triggered) return clear();
  return breached({
    rule: 'breaker-open',
    exchange,
    subject: 'circuit breaker',
    severity: 'critical',
    title: `${exchange}: the circuit breaker is open`,
    what: `The circuit breaker of ${exchange} opened: ${reason}. Every recommendation is HOLD until it closes.`,
    next: "Review the day's trades before trading goes on.",
    numbers: { reason },
  });
}
