import { NotFound } from '../../errors.ts';
import { CHAIN_V3 } from './chain-v3/chain-v3.ts';
import type { FeatureSet } from './feature-set.ts';
import { TRACKER_V2 } from './tracker-v2/tracker-v2.ts';
import { TRACKER_V2_PRICES } from './tracker-v2/with-prices.ts';

/** Every feature set there is. */
export const FEATURE_SETS: readonly FeatureSet[] = [TRACKER_V2, CHAIN_V3, TRACKER_V2_PRICES];

/** The feature set of an id. Throws NotFound that lists the known ones. Example: `featureSetById('tracker-v2')`. */
export function featureSetById(id: string): FeatureSet {
  const set = FEATURE_SETS.find((one) => one.id === id);
  if (set !== undefined) return set;
  const known = FEATURE_SETS.map((one) => one.id).join(', ');
  throw new NotFound(`feature set: expected one of ${known}, was ${id}`, { field: 'feature_set' });
}
