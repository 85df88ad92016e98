import type { FeatureRow } from '../domain/features/feature-row.ts';
import type { FeatureSet } from '../domain/features/feature-set.ts';
import type { WindowContext } from '../domain/features/window.ts';
import type { StoredSnapshot } from '../domain/market/snapshot.ts';

/** One chain's snapshots of one session up to a moment, and what is known besides. */
export interface SnapshotWindow {
  /** By rising timestamp, one exchange, one session; at least one, the last is the moment. */
  readonly snapshots: readonly StoredSnapshot[];
  readonly context?: WindowContext;
}

/** The feature vector of a window's last snapshot, and those of its earlier minutes, by time. */
export interface PreparedSession {
  readonly vector: FeatureRow;
  readonly earlier: readonly FeatureRow[];
}

/** Makes feature vectors of snapshots. It keeps nothing, asks nobody, and gives the same for the same window. */
export interface FeatureService {
  /**
   * The feature vector of the window's last snapshot, with its quality flags, as it is served live; null while the
   * window has too few minutes for the set. Throws RangeError for an empty window, NotFound for a day that the
   * exchange's rules do not cover.
   * Example: `prepareFeatures({ snapshots }, TRACKER_V2)?.values.length` is `TRACKER_V2.catalogue.length`.
   */
  prepareFeatures(window: SnapshotWindow, set: FeatureSet): FeatureRow | null;
  /**
   * `prepareFeatures` of the window's last snapshot and of each earlier minute's last one, as they were served while the
   * session went on: what the regime filter steps over. Throws as `prepareFeatures` does.
   */
  prepareSession(window: SnapshotWindow, set: FeatureSet): PreparedSession | null;
}
