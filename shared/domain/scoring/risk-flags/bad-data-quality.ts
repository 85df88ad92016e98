import type { QualityFlag } from '../../market/quality/finding.ts';
import type { RiskPolicy } from '../risk-policy.ts';
import type { RiskFacts } from './facts.ts';

/** The snapshot carries a data-quality flag that the policy blocks on: its numbers are not those of this market now. */
export function badDataQuality({ features }: RiskFacts, policy: RiskPolicy): string | null {
  const found = blockingFlags(features?.qualityFlags ?? [], policy);
  return found.length === 0 ? null : `the data is flagged ${found.join(', ')}`;
}

/** Those of a snapshot's quality flags that the policy blocks on, in their order. */
export function blockingFlags(flags: readonly string[], policy: RiskPolicy): QualityFlag[] {
  return flags.filter((flag): flag is QualityFlag =>
    (policy.blocking_quality_flags as readonly string[]).includes(flag),
  );
}
