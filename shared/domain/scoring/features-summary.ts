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
    SUMMARY_FEATURES.filter((name) => featureNames.includes(name)).map((name) => [
      name,
      featureValue(row[featureNames.indexOf(name)] as number),
    ]),
  );
}
