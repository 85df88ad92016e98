import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The newest feature row is too old to act on. */
export function staleFeatures({ features }: RiskFacts, policy: RiskPolicy): string | null {
  const limit = policy.max_feature_age_seconds;
  if (features === null || features.ageSeconds <= limit) return null;
  return `the newest features are ${Math.round(features.ageSeconds)} seconds old, at most ${limit} are allowed`;
}
