import type { FeatureReference } from '../../scoring/reference.ts';
import type { DriftPolicy } from '../drift-policy.ts';
import type { LiveProfile } from '../live-profile.ts';
import type { DriftFinding } from '../rule-finding.ts';

/** More values are missing or infinite than in training. */
export function missingValues(
  reference: FeatureReference,
  live: LiveProfile,
  policy: DriftPolicy,
): DriftFinding {
  const threshold = policy.missing_values.increase;
  const value = Math.max(0, withoutValue(live) - withoutValue(reference));
  return {
    rule: 'missing-values',
    value,
    threshold,
    breached: value >= threshold,
  };
}

function withoutValue(
  shares: Pick<LiveProfile, 'missing' | 'positive_infinity' | 'negative_infinity'>,
): number {
  return shares.missing + shares.positive_infinity + shares.negative_infinity;
}
