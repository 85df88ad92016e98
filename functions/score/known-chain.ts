import { firstFrom } from '../../shared/domain/features/window-context.ts';
import { epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';

/** A snapshot that was recorded longer ago than this had reached the window. */
const UNDERWAY_MS = MINUTE_MS;

/** A chain's session as the online window held it at earlier moments. */
export interface KnownChain {
  /**
   * The minutes when all that was recorded by `byMs` had reached the window: each minute's newest snapshot, where
   * fromMs <= its timestamp <= toMs; by time.
   */
  minutes(fromMs: number, toMs: number, byMs: number): StoredSnapshot[];
  /**
   * Moments up to which the chain may have been known at `byMs`, since a snapshot recorded just before may still have
   * been on its way: `byMs` itself, then just before each snapshot of its last minute, the newest first.
   */
  moments(byMs: number): number[];
}

/** @param snapshots - of one session, those that count, by time */
export function knownChain(snapshots: readonly StoredSnapshot[]): KnownChain {
  const timesMs = snapshots.map(({ timestamp }) => epochMs(timestamp));
  const recordedMs = snapshots.map(({ recorded_at }) => epochMs(recorded_at));
  const risingMs = recordedMs.toSorted((a, b) => a - b);
  return {
    minutes(fromMs, toMs, byMs) {
      const newest = new Map<number, number>();
      const end = firstFrom(timesMs, minuteStamp(toMs) + MINUTE_MS);
      for (let at = firstFrom(timesMs, minuteStamp(fromMs)); at < end; at += 1) {
        if (recordedMs[at]! <= byMs) newest.set(minuteStamp(timesMs[at]!), at);
      }
      return [...newest.values()]
        .filter((at) => timesMs[at]! >= fromMs && timesMs[at]! <= toMs)
        .map((at) => snapshots[at]!);
    },
    moments(byMs) {
      const underway = risingMs.slice(
        firstFrom(risingMs, byMs - UNDERWAY_MS + 1),
        firstFrom(risingMs, byMs + 1),
      );
      return [byMs, ...[...new Set(underway)].reverse().map((ms) => ms - 1)];
    },
  };
}
