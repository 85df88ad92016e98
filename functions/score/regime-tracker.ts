import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import {
  epochMs,
  istMs,
  MINUTE_MS,
  minuteStamp,
  sessionDate,
} from '../../shared/domain/market/indian-time.ts';
import type { GivenAs } from '../../shared/domain/scoring/given-state.ts';
import type { RegimeBefore } from '../../shared/domain/scoring/signal.ts';
import type { RegimeState, Scorer } from '../../shared/ports/model-scorer.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** Rows of the last minutes may still be replaced or come late: they are stepped anew each time. */
const SETTLED_AFTER_MS = 5 * MINUTE_MS;

interface Tracked {
  /** Every row before this time went in. */
  readonly beforeMs: number;
  readonly state: RegimeState;
  readonly rows: number;
}

/** The regime after a row, and how many rows of the session went into it. */
export interface RegimeNow {
  readonly state: RegimeState;
  readonly rows: number;
  /** Before the row's own step. */
  readonly before: RegimeBefore;
}

/**
 * `earlier`: the rows of the session's earlier minutes, by time, where they are not those of the online window. `given`:
 * how the row was posted; left out for one that the window holds.
 */
export type Regime = (
  scorer: Scorer,
  row: FeatureRow,
  earlier?: readonly FeatureRow[],
  given?: GivenAs,
) => Promise<RegimeNow>;

type FeatureRows = OnlineWindow['featureRows'];

/**
 * The bundle's regime filter over the session's feature rows up to a row, one step a minute on the minute's last row,
 * from the window: it has nothing to lose. Settled minutes are remembered; an earlier row than those starts afresh.
 * An earlier row with one of the `blocking` quality flags counts, and does not move the state: training leaves it out.
 * Of a row that comes with its session's earlier ones nothing is asked of the window, and nothing is remembered.
 * A posted vector is content with `recent` rows: its record keeps the state that it was given on. A row of the window's
 * own has none in its record, and reads them anew.
 */
export function regimeTracker(
  window: Pick<OnlineWindow, 'featureRows'>,
  blocking: readonly string[],
  recent: FeatureRows = window.featureRows,
): Regime {
  const tracked = new Map<string, Tracked>();
  const isBlocked = ({ quality_flags }: FeatureRow) => quality_flags.some((flag) => blocking.includes(flag));
  return async (scorer, row, known, given) => {
    const { exchange, feature_set } = row;
    const minuteMs = minuteStamp(epochMs(row.timestamp));
    const date = sessionDate(minuteMs);
    const key = `${scorer.bundle.bundle_hash}#${exchange}`;
    const step = (before: Tracked, rows: readonly FeatureRow[], beforeMs: number): Tracked => ({
      beforeMs,
      state: rows
        .filter((one) => one === row || !isBlocked(one))
        .reduce((state, { values }) => scorer.advanceRegime(state, values), before.state),
      rows: before.rows + rows.length,
    });
    const start: Tracked = { beforeMs: istMs(date, 0), state: null, rows: 0 };
    const nowOf = (before: Tracked): RegimeNow => {
      const { state, rows } = step(before, [row], minuteMs);
      return { state, rows, before: { state: before.state && [...before.state], rows: before.rows } };
    };
    if (known !== undefined) return nowOf(step(start, known, minuteMs));
    const last = tracked.get(key) ?? start;
    const from = last.beforeMs >= start.beforeMs && last.beforeMs <= minuteMs ? last : start;
    // Where the remembered minutes end with this one there is no range to ask for.
    const isAtHand = from.beforeMs === minuteMs;
    const read: FeatureRows = given === undefined ? window.featureRows : recent;
    const earlier = isAtHand ? [] : await read(exchange, date, feature_set, from.beforeMs, minuteMs - 1);
    const settledMs = Math.max(from.beforeMs, minuteMs - SETTLED_AFTER_MS);
    const isSettled = ({ timestamp }: FeatureRow) => epochMs(timestamp) < settledMs;
    const settled = step(from, earlier.filter(isSettled), settledMs);
    tracked.set(key, settled);
    const open = earlier.filter((one) => !isSettled(one));
    return nowOf(step(settled, open, minuteMs));
  };
}
