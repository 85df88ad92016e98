import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The snapshot carries a data-quality flag that the policy blocks on. */
export function badDataQuality({ features }: RiskFacts, policy: RiskPolicy): string | null {
  const found = features?.qualityFlags.filter((flag) => policy.blocking_quality_flags.includes(flag)) ?? [];
  return found.length === 0 ? null : `the data is flagged ${found.join(', ')}`;
}
