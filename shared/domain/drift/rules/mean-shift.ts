import type { FeatureReference } from '../../scoring/reference.ts';
import type { DriftPolicy } from '../drift-policy.ts';
import type { LiveProfile } from '../live-profile.ts';
import type { DriftFinding } from '../rule-finding.ts';

/**
 * The live mean lies far from the training mean, in training standard deviations. A feature that never moved in
 * training has none: any other value is infinitely far. Without finite values on either side there is no shift.
 */
export function meanShift(reference: FeatureReference, live: LiveProfile, policy: DriftPolicy): DriftFinding {
  const threshold = policy.mean_shift.deviations;
  const value = distance(reference, live);
  return {
    rule: 'mean-shift',
    value,
    threshold,
    breached: value >= threshold,
  };
}

function distance({ mean, standard_deviation }: FeatureReference, live: LiveProfile): number {
  if (mean === null || live.mean === null) return 0;
  const gap = Math.abs(live.mean - mean);
  // Rounding of the two means must not count as a move of a constant feature.
  if (gap <= 1e-9 * Math.max(1, Math.abs(mean))) return 0;
  return standard_deviation === null || standard_deviation === 0
    ? Number.POSITIVE_INFINITY
    : gap / standard_deviation;
}
