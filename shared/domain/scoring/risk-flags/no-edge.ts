import { liveCap } from '../live-cap.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The action did not gain out of fold, its lower bound shows no edge at the payoff, or too little was measured. */
export function noEdge(
  { action, kellyFull, live, ownTrades, account }: RiskFacts,
  policy: RiskPolicy,
): string | null {
  if (action === 'HOLD') return null;
  const measured = live?.measuredTrades ?? 0;
  if (measured < policy.kelly.min_measured_trades) {
    return `the model was measured on ${measured} trades, at least ${policy.kelly.min_measured_trades} are needed`;
  }
  if (ownTrades !== null && ownTrades.meanNetReturn <= 0) {
    const returned = (100 * ownTrades.meanNetReturn).toFixed(3);
    return `the ${ownTrades.trades} ${action} trades measured out of fold brought ${returned} % each on average`;
  }
  if (kellyFull > 0) return null;
  const record = account?.live_record ?? null;
  if (live !== null && liveCap(record, live.version, policy.kelly.min_measured_trades).mostKelly === 0) {
    const won = (100 * (record?.win_rate ?? 0)).toFixed(0);
    return `the ${record?.trades} live trades of ${live.version} won ${won} % of the time and leave no edge`;
  }
  return 'the lower bound of the probability shows no edge at the measured payoff';
}
