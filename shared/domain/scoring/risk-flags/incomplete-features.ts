import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** Too many features have no value. */
export function incompleteFeatures({ features }: RiskFacts, policy: RiskPolicy): string | null {
  if (features === null || features.completeness >= policy.min_completeness) return null;
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  return `${share(features.completeness)} of the features have a value, at least ${share(policy.min_completeness)} must`;
}
