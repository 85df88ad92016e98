import type { FeatureSet } from '../domain/features/feature-set.ts';
import type { WindowContext } from '../domain/features/window.ts';
import type { Exchange, StoredSnapshot } from '../domain/market/snapshot.ts';

/** Live snapshots of one session that rows are to be made of. */
export interface LiveSession {
  readonly exchange: Exchange;
  readonly date: string;
  /** At least one. */
  readonly snapshots: readonly StoredSnapshot[];
}

/** What the rows of live snapshots are made of. */
export interface LiveInputs {
  /** The session's minutes that the windows of the snapshots hold, by time. */
  minutes(session: LiveSession, sets: readonly FeatureSet[]): Promise<StoredSnapshot[]>;
  /**
   * What the windows hold besides, no more than the sets need. `delivered`: snapshots of any chain that are not yet in
   * the online window. Ask before they are put there: one that they replace may be the one that was known.
   */
  context(
    session: LiveSession,
    sets: readonly FeatureSet[],
    delivered: readonly StoredSnapshot[],
  ): Promise<WindowContext>;
}
