import type { FeatureRow } from '../domain/features/feature-row.ts';
import type { Exchange, StoredSnapshot } from '../domain/market/snapshot.ts';

/** The current session as the live stages see it: each minute's last snapshot, and the feature rows made of them. */
export interface OnlineWindow {
  /**
   * Keeps a snapshot as its minute's row if it is newer (by timestamp) than the one that is there.
   * @returns whether it now counts.
   */
  putMinute(snapshot: StoredSnapshot, expiresAtMs: number): Promise<boolean>;
  /** The minutes of a session with fromMs <= timestamp <= toMs, by time. */
  minutes(exchange: Exchange, date: string, fromMs: number, toMs: number): Promise<StoredSnapshot[]>;
  /** The last minute of a session with timestamp <= toMs; undefined when there is none. */
  lastMinute(exchange: Exchange, date: string, toMs: number): Promise<StoredSnapshot | undefined>;
  /** Keeps a row as its set's of the minute, unless one of a later moment is there: of two writers the slow one may lose. */
  putFeatureRow(row: FeatureRow, expiresAtMs: number): Promise<void>;
  featureRow(
    exchange: Exchange,
    date: string,
    set: string,
    timestampMs: number,
  ): Promise<FeatureRow | undefined>;
  /** The newest feature row of a session with timestamp <= toMs; undefined when there is none. */
  latestFeatureRow(
    exchange: Exchange,
    date: string,
    set: string,
    toMs: number,
  ): Promise<FeatureRow | undefined>;
  /** Feature rows of a session with fromMs <= timestamp <= toMs, by time. */
  featureRows(
    exchange: Exchange,
    date: string,
    set: string,
    fromMs: number,
    toMs: number,
  ): Promise<FeatureRow[]>;
}
