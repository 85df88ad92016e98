import { firstFrom } from '../../shared/domain/features/window-context.ts';
import { epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { CHAIN_KEPT_MS } from './traded-chain.ts';

/** A snapshot that was recorded longer ago than this had reached the window, and whoever keeps what he read there. */
const UNDERWAY_MS = MINUTE_MS + CHAIN_KEPT_MS;

/** How far a chain had come: all that was recorded by `byMs`, but for its last `underway` snapshots. */
export interface Known {
  readonly byMs: number;
  readonly underway: number;
}

/** A chain's session as the online window held it at earlier moments. */
export interface KnownChain {
  /** The last minute, each its newest snapshot, with timestamp <= toMs of what was known; undefined when there was none. */
  last(toMs: number, known: Known): StoredSnapshot | undefined;
  /**
   * What may have been known at `byMs`, since snapshots recorded just before may still have been on their way, and what
   * was read may have been kept for a second: all, then without the last, the last two, and so on, as far as the
   * snapshots of the minute and second before go.
   */
  states(byMs: number): Known[];
}

/**
 * Snapshots reach the window in the order in which they were recorded, those of one request by receipt and time
 * (decision 0054).
 *
 * @param snapshots - of one session, those that count, by time
 */
export function knownChain(snapshots: readonly StoredSnapshot[]): KnownChain {
  const timesMs = snapshots.map(({ timestamp }) => epochMs(timestamp));
  const order = snapshots.map((_, at) => at).sort((a, b) => arrival(snapshots[a]!, snapshots[b]!) || a - b);
  const place = new Map(order.map((at, nth) => [at, nth]));
  const recordedMs = order.map((at) => epochMs(snapshots[at]!.recorded_at));
  const recordedBy = (ms: number) => firstFrom(recordedMs, ms + 1);
  return {
    last(toMs, { byMs, underway }) {
      const arrived = recordedBy(byMs) - underway;
      const lastBefore = (ms: number) => {
        let at = firstFrom(timesMs, ms) - 1;
        while (at >= 0 && place.get(at)! >= arrived) at -= 1;
        return at;
      };
      const minuteMs = minuteStamp(toMs);
      const newest = lastBefore(minuteMs + MINUTE_MS);
      // The minute's newest hides the others of its minute.
      return snapshots[newest >= 0 && timesMs[newest]! > toMs ? lastBefore(minuteMs) : newest];
    },
    states(byMs) {
      const last = recordedBy(byMs) - recordedBy(byMs - UNDERWAY_MS);
      return Array.from({ length: last + 1 }, (_, underway) => ({ byMs, underway }));
    },
  };
}

function arrival(a: StoredSnapshot, b: StoredSnapshot): number {
  return epochMs(a.recorded_at) - epochMs(b.recorded_at) || epochMs(a.received_at) - epochMs(b.received_at);
}
