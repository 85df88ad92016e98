import { populationStabilityIndex } from '../../../stats/population-stability-index.ts';
import type { FeatureReference } from '../../scoring/reference.ts';
import type { DriftPolicy } from '../drift-policy.ts';
import { allShares, type LiveProfile } from '../live-profile.ts';
import type { DriftFinding } from '../rule-finding.ts';

/** The whole distribution moved: population stability index over all bins, the odd values included. */
export function psi(reference: FeatureReference, live: LiveProfile, policy: DriftPolicy): DriftFinding {
  const value = populationStabilityIndex(allShares(reference), allShares(live));
  const { drift } = policy.psi;
  return { rule: 'psi', value, threshold: drift, breached: value >= drift };
}
