import type { Exchange } from '../domain/market/snapshot.ts';
import type { PlannedChange } from '../domain/promotion/plan.ts';
import type { HistoryRow, LivePointer, ModelVersion } from '../domain/promotion/registry.ts';

/** Model versions, the live pointer and the deployment history of each exchange and target. */
export interface ModelRegistry {
  livePointer(exchange: Exchange, target: string): Promise<LivePointer | undefined>;
  /** @throws NotFound naming exchange, target and version. */
  version(exchange: Exchange, target: string, version: string): Promise<ModelVersion>;
  /** Newest first; a distilled version after the one it was made with. */
  versions(exchange: Exchange, target: string): Promise<ModelVersion[]>;
  /** Oldest first. */
  history(exchange: Exchange, target: string): Promise<HistoryRow[]>;
  /**
   * Writes everything or nothing: every row expects the stored revision to be one less than its own (a first pointer
   * has revision 1 and expects none; a withdrawn pointer expects its own). An event is dated no earlier than the newest
   * of the history, so that its order is that of what happened. An execution writes one event of a kind: asked
   * again, because its answer was lost, it changes nothing and fails in nothing. @throws Conflict when a revision differs.
   */
  apply(change: PlannedChange): Promise<void>;
  /**
   * Replaces one version's row; expects the stored revision to be one less. The very row again changes nothing.
   * @throws Conflict when another is stored.
   */
  put(version: ModelVersion): Promise<void>;
  /** Adds a new version. @returns false when it is there already (same content, same version). */
  add(version: ModelVersion): Promise<boolean>;
}
