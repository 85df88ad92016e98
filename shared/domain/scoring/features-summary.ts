import { featureValue } from './drivers.ts';
import type { FeatureValue } from './recommendation.ts';

/** The few numbers a person looks at first; those that the feature set has are shown. */
export const SUMMARY_FEATURES = [
  'pcr_total_oi',
  'atm_iv',
  'vix',
  'futures_premium',
  'realized_vol_5m',
  'time_to_expiry_hours',
  // chain-v3 has its own words for them.
  'pcr_oi',
  'atm_iv_pct',
  'vix_pct',
  'future_basis_bps',
  'realised_vol_30m_pct',
  'trading_minutes_to_expiry',
] as const;

/** `features_summary` of a recommendation. Example: `{ pcr_total_oi: 1.02, vix: 10.9 }`. */
export function featuresSummary(
  featureNames: readonly string[],
  row: ArrayLike<number>,
): Record<string, FeatureValue> {
  return Object.fromEntries(
    shownOf(featureNames).map(([name, at]) => [name, featureValue(row[at] as number)] as const),
  );
}

type Shown = readonly (readonly [name: string, at: number])[];

const shown = new WeakMap<readonly string[], Shown>();

/** Which of them a set has, and where: a set's list of names is asked for with every answer. */
function shownOf(featureNames: readonly string[]): Shown {
  const known = shown.get(featureNames);
  if (known !== undefined) return known;
  const found = SUMMARY_FEATURES.map((name) => [name, featureNames.indexOf(name)] as const).filter(
    ([, at]) => at >= 0,
  );
  shown.set(featureNames, found);
  return found;
}
