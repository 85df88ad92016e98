import { firstFrom } from '../../shared/domain/features/window-context.ts';
import { epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { CHAIN_KEPT_MS } from './traded-chain.ts';

/** A snapshot that was recorded longer ago than this had reached the window, and whoever keeps what he read there. */
const UNDERWAY_MS = MINUTE_MS + CHAIN_KEPT_MS;

/** A chain's session as the online window held it at earlier moments. */
export interface KnownChain {
  /**
   * The last minute, each its newest snapshot, with timestamp <= toMs when all that was recorded by `byMs` had reached
   * the window; undefined when there was none.
   */
  last(toMs: number, byMs: number): StoredSnapshot | undefined;
  /**
   * Moments up to which the chain may have been known at `byMs`, since a snapshot recorded just before may still have
   * been on its way, and what was read may have been kept for a second: `byMs` itself, then just before each snapshot of
   * the minute and second before, the newest first.
   */
  moments(byMs: number): number[];
}

/** @param snapshots - of one session, those that count, by time */
export function knownChain(snapshots: readonly StoredSnapshot[]): KnownChain {
  const timesMs = snapshots.map(({ timestamp }) => epochMs(timestamp));
  const recordedMs = snapshots.map(({ recorded_at }) => epochMs(recorded_at));
  const risingMs = recordedMs.toSorted((a, b) => a - b);
  return {
    last(toMs, byMs) {
      const lastBefore = (ms: number) => {
        let at = firstFrom(timesMs, ms) - 1;
        while (at >= 0 && recordedMs[at]! > byMs) at -= 1;
        return at;
      };
      const minuteMs = minuteStamp(toMs);
      const newest = lastBefore(minuteMs + MINUTE_MS);
      // The minute's newest hides the others of its minute.
      return snapshots[newest >= 0 && timesMs[newest]! > toMs ? lastBefore(minuteMs) : newest];
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
