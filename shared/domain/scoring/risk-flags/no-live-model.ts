import type { RiskFacts } from './facts.ts';

/** Nothing has been promoted for this exchange and target. */
export function noLiveModel({ live }: RiskFacts): string | null {
  return live === null ? 'no model is live' : null;
}
