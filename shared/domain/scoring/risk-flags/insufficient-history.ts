import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The session is too young, or too little of it was seen, for the features to mean anything. */
export function insufficientHistory(
  { features, historyMinutes }: RiskFacts,
  policy: RiskPolicy,
): string | null {
  const needed = policy.min_history_minutes;
  if (features !== null && historyMinutes >= needed) return null;
  if (historyMinutes >= needed) return `no features could be made of the ${historyMinutes} minutes seen`;
  return `only ${historyMinutes} minutes of the session were seen, at least ${needed} are needed`;
}
