import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

interface Tracked {
  readonly throughMs: number;
  readonly state: RegimeState;
  readonly rows: number;
}

/** The regime after a row, and how many rows of the session went into it. */
export interface RegimeNow {
  readonly state: RegimeState;
  readonly rows: number;
}

/**
 * The bundle's regime filter over the session's feature rows up to a row, one step a minute, from the window: it has
 * nothing to lose. What was stepped before is remembered; an earlier row than that starts afresh.
 */
export function regimeTracker(window: OnlineWindow) {
  const tracked = new Map<string, Tracked>();
  return async (scorer: Scorer, row: FeatureRow): Promise<RegimeNow> => {
    const { exchange, feature_set } = row;
    const timestampMs = epochMs(row.timestamp);
    const date = sessionDate(timestampMs);
    const key = `${scorer.bundle.bundle_hash}#${exchange}`;
    const start = epochMs(`${date}T00:00:00+05:30`);
    const last = tracked.get(key);
    const usable = last !== undefined && last.throughMs >= start && last.throughMs < timestampMs;
    const before: Tracked = usable ? last : { throughMs: start - 1, state: null, rows: 0 };
    const earlier = await window.featureRows(
      exchange,
      date,
      feature_set,
      before.throughMs + 1,
      timestampMs - 1,
    );
    const rows = [...earlier, row];
    const state = rows.reduce((now, { values }) => scorer.advanceRegime(now, values), before.state);
    const now = { throughMs: timestampMs, state, rows: before.rows + rows.length };
    tracked.set(key, now);
    return now;
  };
}
