import type { Exchange } from '../market/snapshot.ts';

/** One observation: the features of one exchange at one moment, as served live and as kept in the lake. */
export interface FeatureRow {
  /** `<exchange>#<timestamp>#<feature set>`: what labels join on (feature-set.ts, `featureUid`). */
  readonly uid: string;
  /** The snapshot's own time (UTC ISO). */
  readonly timestamp: string;
  readonly received_at: string;
  readonly recorded_at: string;
  readonly exchange: Exchange;
  readonly feature_set: string;
  readonly snapshot_id: string;
  /** Underlying price at the moment, in index points. */
  readonly underlying_price: number;
  /** In the order of the feature set's catalogue; NaN where missing, Infinity allowed. */
  readonly values: Float64Array;
  readonly quality_flags: readonly string[];
}
