import { MINUTE_MS, minuteStamp } from '../market/indian-time.ts';
import type { QualityFlag } from '../market/quality/finding.ts';
import { qualityFlags } from '../market/quality/quality-flags.ts';
import type { QualityPolicy } from '../market/quality/quality-policy.ts';
import type { QualityTerms } from '../market/quality/terms.ts';
import { isSparse, type StoredSnapshot } from '../market/snapshot.ts';
import type { FeatureRow } from './feature-row.ts';
import { sparseValues } from './sparse-features.ts';
import { knownTo, type Timeline, timelineOf } from './window.ts';

/** What a day's snapshots are judged by: the exchange's terms of that day, and the thresholds. */
export interface QualityRules {
  readonly terms: QualityTerms;
  readonly policy: QualityPolicy;
}

/**
 * The quality flags of one snapshot of a timeline, in the order of QUALITY_FLAGS; empty for a clean one. A flag
 * looks back on what was known: of each earlier minute (at most the policy's `history_minutes`, which the timeline
 * must hold) the last snapshot known by then (knownTo), and the one before it in its own minute. Live and in bulk give the
 * same flags.
 * Example: `qualityOf(timelineOf(history), history.length - 1, { terms, policy })` is `['spot_frozen']`.
 */
export function qualityOf(timeline: Timeline, index: number, { terms, policy }: QualityRules): QualityFlag[] {
  const now = timeline.snapshots[index]!;
  return qualityFlags(now, historyOf(timeline, index, policy), terms, policy).map(({ flag }) => flag);
}

/** In `quality_flags`: the row was made of carried open interest. It is a mark, no fault, and stands last. */
export const IMPORTED_SPARSE = 'imported_sparse';

/**
 * Bulk: a day's feature rows with the flags of their snapshots, which are all that count by rising timestamp. Rows of
 * sparse snapshots are marked so, and lack what carried open interest cannot tell.
 */
export function withQuality(
  rows: readonly FeatureRow[],
  snapshots: readonly StoredSnapshot[],
  rules: QualityRules,
): FeatureRow[] {
  const timeline = timelineOf(snapshots);
  const places = new Map(snapshots.map(({ snapshot_id }, index) => [snapshot_id, index]));
  return rows.map((row) => {
    const index = places.get(row.snapshot_id)!;
    const quality_flags = qualityOf(timeline, index, rules);
    return isSparse(snapshots[index]!)
      ? {
          ...row,
          values: sparseValues(row.values, row.feature_set, snapshots[index]!.macro !== null),
          quality_flags: [...quality_flags, IMPORTED_SPARSE],
        }
      : { ...row, quality_flags };
  });
}

/**
 * What a snapshot's flags look back on, by time: of each earlier minute the last snapshot, and the one before it in its
 * own minute; of all only what was known by then.
 */
function historyOf(timeline: Timeline, index: number, { history_minutes }: QualityPolicy): StoredSnapshot[] {
  const { by, ms } = knownTo(timeline, index);
  const { snapshots, timestampsMs, [by]: knownMs } = timeline;
  const oldestMs = timestampsMs[index]! - history_minutes * MINUTE_MS;
  const history: StoredSnapshot[] = [];
  let minute = Number.NaN;
  for (let at = index - 1; at >= 0 && timestampsMs[at]! >= oldestMs; at -= 1) {
    const candidate = minuteStamp(timestampsMs[at]!);
    if (candidate === minute || knownMs[at]! > ms) continue;
    minute = candidate;
    history.push(snapshots[at]!);
  }
  return history.reverse();
}
