import type { Action, Probabilities } from './recommendation.ts';

/**
 * Probability that an action wins, given that a barrier decides it: p(action) / (p(action) + p(opposite)). Kelly for
 * a bet that is returned on HOLD is Kelly on this probability. HOLD, and two zeros, give 0.
 * Example: BUY with buy 0.6, sell 0.2 is 0.75.
 */
export function winProbability(action: Action, { sell, buy }: Probabilities): number {
  if (action === 'HOLD' || sell + buy === 0) return 0;
  return (action === 'BUY' ? buy : sell) / (sell + buy);
}
