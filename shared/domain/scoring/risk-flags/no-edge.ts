import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The lower bound of the probability shows no edge at the measured payoff, or too little was measured. */
export function noEdge({ action, kellyFull, live }: RiskFacts, policy: RiskPolicy): string | null {
  if (action === 'HOLD') return null;
  const measured = live?.measuredTrades ?? 0;
  if (measured < policy.kelly.min_measured_trades) {
    return `the model was measured on ${measured} trades, at least ${policy.kelly.min_measured_trades} are needed`;
  }
  return kellyFull > 0 ? null : 'the lower bound of the probability shows no edge at the measured payoff';
}
