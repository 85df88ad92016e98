import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** What is known of a session's last rows is at most this old, where that will do. */
export const ROWS_KEPT_MS = 1000;

interface Ports {
  readonly window: Pick<OnlineWindow, 'featureRows'>;
  readonly clock: Clock;
  /** Milliseconds of a clock that only runs forward. */
  readonly stopwatchMs: () => number;
}

interface Look {
  readonly range: string;
  readonly nowMs: number;
  readonly stopwatchMs: number;
  readonly rows: Promise<FeatureRow[]>;
}

/**
 * Feature rows of the window for those to whom a second does not matter: the same range of an exchange's set is read at
 * most once a second, by the clock and by the stopwatch. Only the last range is kept.
 */
export function recentRows({ window, clock, stopwatchMs }: Ports): OnlineWindow['featureRows'] {
  const seen = new Map<string, Look>();
  const isFresh = ({ nowMs, stopwatchMs: lookedMs }: Look) => {
    const age = clock() - nowMs;
    return age >= 0 && age < ROWS_KEPT_MS && stopwatchMs() - lookedMs < ROWS_KEPT_MS;
  };
  return (exchange, date, set, fromMs, toMs) => {
    const [key, range] = [`${exchange}#${set}`, `${date}#${fromMs}#${toMs}`];
    const last = seen.get(key);
    if (last?.range === range && isFresh(last)) return last.rows;
    const rows = window.featureRows(exchange, date, set, fromMs, toMs);
    const now = { range, nowMs: clock(), stopwatchMs: stopwatchMs(), rows };
    seen.set(key, now);
    rows.catch(() => seen.get(key) === now && seen.delete(key));
    return rows;
  };
}
