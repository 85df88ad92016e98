import { DAY_MS, epochMs, istMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** What is known of a chain is at most this old. */
export const CHAIN_KEPT_MS = 1000;

interface Ports {
  readonly window: Pick<OnlineWindow, 'lastMinute'>;
  /** Milliseconds of a clock that only runs forward. */
  readonly stopwatchMs: () => number;
}

/** Of whose chain, at which moment of the session, and what time it is. */
interface Wanted {
  readonly chain: Exchange;
  readonly timestampMs: number;
  readonly nowMs: number;
}

interface Look {
  readonly date: string;
  readonly nowMs: number;
  readonly stopwatchMs: number;
  readonly newest: Promise<StoredSnapshot | undefined>;
}

export type LastOfChain = (wanted: Wanted) => Promise<StoredSnapshot | undefined>;

/**
 * A chain's last minute up to a moment, undefined when there is none. The session's newest is read at most once a second,
 * by the clock and by the stopwatch, and serves every moment that is not before it: an answer may see the chain as it
 * stood a second ago. That is less than a snapshot takes on the queues, and a replay looks for it there. How old a
 * snapshot may be is for its user to say, by the clock. A moment before the newest is read anew.
 */
export function lastOfChain({ window, stopwatchMs }: Ports): LastOfChain {
  const seen = new Map<Exchange, Look>();
  return async ({ chain, timestampMs, nowMs }) => {
    const date = sessionDate(timestampMs);
    const newest = await newestOf(chain, date, nowMs);
    if (newest === undefined || epochMs(newest.timestamp) <= timestampMs) return newest;
    return window.lastMinute(chain, date, timestampMs);
  };

  function newestOf(chain: Exchange, date: string, nowMs: number): Look['newest'] {
    const last = seen.get(chain);
    if (last !== undefined && isFresh(last, date, nowMs)) return last.newest;
    const now: Look = {
      ...{ date, nowMs, stopwatchMs: stopwatchMs() },
      newest: window.lastMinute(chain, date, istMs(date, 0) + DAY_MS - 1),
    };
    seen.set(chain, now);
    now.newest.catch(() => seen.get(chain) === now && seen.delete(chain));
    return now.newest;
  }

  function isFresh(last: Look, date: string, nowMs: number): boolean {
    const age = nowMs - last.nowMs;
    if (last.date !== date || age < 0 || age >= CHAIN_KEPT_MS) return false;
    return stopwatchMs() - last.stopwatchMs < CHAIN_KEPT_MS;
  }
}
