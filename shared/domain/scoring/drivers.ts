import { InvariantViolated } from '../../errors.ts';
import type { Driver, FeatureValue } from './recommendation.ts';
import type { FeatureReference, ReferenceProfile } from './reference.ts';

const SHOWN = 5;

/**
 * The five features with the largest absolute contribution (SHAP) to an answer, largest first; ties in model order.
 * `contributions`, `featureNames` and `row` are aligned; a feature the reference does not know has no z-score.
 * Throws InvariantViolated when the three differ in length.
 * Example: `topDrivers([0.1, -0.4], ['vix', 'pcr_total_oi'], [11, 1.3], reference)[0].feature` is `pcr_total_oi`.
 */
export function topDrivers(
  contributions: ArrayLike<number>,
  featureNames: readonly string[],
  row: ArrayLike<number>,
  reference: ReferenceProfile,
): Driver[] {
  if (contributions.length !== featureNames.length || row.length !== featureNames.length) {
    throw new InvariantViolated(
      `drivers: expected ${featureNames.length} contributions and values, was ${contributions.length} and ${row.length}`,
    );
  }
  const known = byName(reference);
  return featureNames
    .map((feature, i) => ({ feature, value: row[i] as number, shap: contributions[i] as number }))
    .sort((a, b) => Math.abs(b.shap) - Math.abs(a.shap))
    .slice(0, SHOWN)
    .map(({ feature, value, shap }) => ({
      feature,
      value: featureValue(value),
      zscore: zscore(value, known.get(feature)),
      shap,
    }));
}

const named = new WeakMap<ReferenceProfile, ReadonlyMap<string, FeatureReference>>();

/** Features of a reference by name; a bundle's is asked for with every answer. */
function byName(reference: ReferenceProfile): ReadonlyMap<string, FeatureReference> {
  const known = named.get(reference);
  if (known !== undefined) return known;
  const made = new Map(reference.features.map((feature) => [feature.name, feature]));
  named.set(reference, made);
  return made;
}

/** A feature's value as JSON can carry it: NaN is null, infinities are words. */
export function featureValue(value: number): FeatureValue {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}

function zscore(value: number, reference: FeatureReference | undefined): number | null {
  const { mean = null, standard_deviation: deviation = null } = reference ?? {};
  if (mean === null || deviation === null || deviation === 0 || !Number.isFinite(value)) return null;
  return (value - mean) / deviation;
}
