import type { RiskFacts } from './facts.ts';

/** A circuit breaker is open. */
export function breakerOpen({ breaker }: RiskFacts): string | null {
  return breaker.triggered ? `the circuit breaker is open (${breaker.reason || 'no reason given'})` : null;
}
