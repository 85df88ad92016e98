import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The action did not gain out of fold, its lower bound shows no edge at the payoff, or too little was measured. */
export function noEdge({ action, kellyFull, live, ownTrades }: RiskFacts, policy: RiskPolicy): string | null {
  if (action === 'HOLD') return null;
  const measured = live?.measuredTrades ?? 0;
  if (measured < policy.kelly.min_measured_trades) {
    return `the model was measured on ${measured} trades, at least ${policy.kelly.min_measured_trades} are needed`;
  }
  if (ownTrades !== null && ownTrades.meanNetReturn <= 0) {
    const returned = (100 * ownTrades.meanNetReturn).toFixed(3);
    return `the ${ownTrades.trades} ${action} trades measured out of fold brought ${returned} % each on average`;
  }
  return kellyFull > 0 ? null : 'the lower bound of the probability shows no edge at the measured payoff';
}
