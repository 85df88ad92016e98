import type { Exchange } from '../domain/market/snapshot.ts';
import type { HistoryRow, LivePointer, ModelVersion } from '../domain/promotion/registry.ts';

/** A conditional change of the registry: everything in one transaction, or Conflict. */
export interface RegistryChange {
  /** Rows to write; each expects the stored `revision` to be one less (0 = not there). */
  readonly versions?: readonly ModelVersion[];
  /** Expects the stored pointer's `revision` to be one less (1 = none yet). */
  readonly pointer?: LivePointer;
  readonly history?: HistoryRow;
}

/** Model versions, the live pointer and the deployment history of each exchange and target. */
export interface ModelRegistry {
  livePointer(exchange: Exchange, target: string): Promise<LivePointer | undefined>;
  /** @throws NotFound naming exchange, target and version. */
  version(exchange: Exchange, target: string, version: string): Promise<ModelVersion>;
  /** Newest first. */
  versions(exchange: Exchange, target: string): Promise<ModelVersion[]>;
  /** Oldest first. */
  history(exchange: Exchange, target: string): Promise<HistoryRow[]>;
  /** @throws Conflict when anything is not as expected; then nothing was written. */
  apply(change: RegistryChange): Promise<void>;
}
