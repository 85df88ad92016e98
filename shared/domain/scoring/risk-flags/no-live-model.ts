import type { RiskFacts } from './facts.ts';

/** Nothing has been promoted for this exchange and target. */
export function noLiveModel({ live, modelFault }: RiskFacts): string | null {
  return live === null && modelFault === null ? 'no model is live' : null;
}
