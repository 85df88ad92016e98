import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import type { WindowContext } from '../../shared/domain/features/window.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';

/** What is kept of sessions, for answers that are given again. */
export interface KeptSessions {
  /** All snapshots of a day that count, by time; none for a day without any. */
  snapshots(exchange: Exchange, date: string): Promise<readonly StoredSnapshot[]>;
  /** What the windows of a set look at besides their own chain. */
  context(exchange: Exchange, date: string, set: FeatureSet): Promise<WindowContext>;
  /** The rows of the day's features file by snapshot id; none while there is no such file. */
  featureRows(exchange: Exchange, date: string, set: FeatureSet): Promise<ReadonlyMap<string, FeatureRow>>;
}
