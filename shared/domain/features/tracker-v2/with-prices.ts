import type { FeatureExtras, FeatureSet, FeatureSpec } from '../feature-set.ts';
import { TRACKER_V2 } from './tracker-v2.ts';

/** A column that the tracker's training adds to its 78 features, under a name that no other column of a row has. */
interface AddedColumn extends Omit<FeatureSpec, 'lookBackMinutes'> {
  readonly of: keyof FeatureExtras;
}

const ADDED: readonly AddedColumn[] = [
  {
    name: 'tracker_underlying_price',
    of: 'underlying_price',
    unit: 'index points',
    formula: 'last underlying price',
    source: "tracker's training columns: underlying_price",
    missing: 'never',
  },
  {
    name: 'tracker_future_price',
    of: 'underlying_future_price',
    unit: 'index points',
    formula: 'last known future price',
    source: "tracker's training columns: underlying_future_price",
    missing: 'the underlying price',
  },
  {
    name: 'tracker_future_oi',
    of: 'underlying_future_oi',
    unit: 'OI',
    formula: "the last snapshot's future open interest",
    source: "tracker's training columns: underlying_future_oi",
    missing: '0',
  },
];

/**
 * The feature set `tracker-v2-prices`: the tracker's 78 features and the three columns that its own training adds, for models
 * that were trained by the tracker. Prices as such say little of the next quarter of an hour; a new model is better off
 * without them. Source: design text FEATURES.md, 4.10.
 */
export const TRACKER_V2_PRICES: FeatureSet = {
  ...TRACKER_V2,
  id: 'tracker-v2-prices',
  catalogue: [
    ...TRACKER_V2.catalogue,
    ...ADDED.map(({ of: _, ...spec }) => ({ ...spec, lookBackMinutes: TRACKER_V2.windowMinutes })),
  ],
  compute(window) {
    const made = TRACKER_V2.compute(window);
    if ('error' in made) return made;
    const added = ADDED.map(({ of }) => made.extras[of]);
    return { features: Float64Array.of(...made.features, ...added), extras: made.extras };
  },
};
