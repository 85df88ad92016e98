import { breakerOpen } from './risk-flags/breaker-open.ts';
import { driftBlocked } from './risk-flags/drift-blocked.ts';
import type { RiskFacts } from './risk-flags/facts.ts';
import { sessionDrawdown } from './risk-flags/session-drawdown.ts';
import { tradingHalted } from './risk-flags/trading-halted.ts';
import type { RiskPolicy } from './risk-policy.ts';

/** The breakers that make every answer of an exchange HOLD, each in its own words, in the order of the flags. */
export function openBreakers(facts: Pick<RiskFacts, 'account' | 'live'>, policy: RiskPolicy): string[] {
  return [
    tradingHalted(facts),
    breakerOpen(facts, policy),
    sessionDrawdown(facts, policy),
    driftBlocked(facts),
  ].filter((why) => why !== null);
}
