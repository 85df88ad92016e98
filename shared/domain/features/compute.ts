import { epochMs, minuteStamp, sessionDate } from '../market/indian-time.ts';
import { isLive, type StoredSnapshot } from '../market/snapshot.ts';
import type { FeatureRow } from './feature-row.ts';
import { type FeatureSet, featureUid } from './feature-set.ts';
import { type Timeline, timelineOf, type WindowContext, type WindowTerms, windowAt } from './window.ts';

/**
 * Live: the feature row of the newest snapshot, given the session's snapshots up to it by rising timestamp; null
 * while the session has fewer than the set's required minutes. Of `context` only what `set.needs` names is read; of
 * the other chains SIBLING_MINUTES before now are enough. Throws RangeError for an empty history.
 */
export function computeNow(
  history: readonly StoredSnapshot[],
  set: FeatureSet,
  terms: WindowTerms,
  context: WindowContext = {},
): FeatureRow | null {
  if (history.length === 0) throw new RangeError('history: expected at least one snapshot, was none');
  return featureRowAt(timelineOf(history), history.length - 1, set, terms, context);
}

/**
 * Bulk: one feature row per minute of a session (of its last live snapshot, or else of its last), given all snapshots
 * that count by rising timestamp; minutes with too little history before them have none. Each row is bit for bit what `computeNow` gave
 * when that snapshot was the newest: also where a minute's last snapshot was received after later minutes were
 * computed, because the earlier one of that minute is then what those windows hold.
 */
export function computeDay(
  snapshots: readonly StoredSnapshot[],
  set: FeatureSet,
  terms: WindowTerms,
  context: WindowContext = {},
): FeatureRow[] {
  const timeline = timelineOf(snapshots);
  assertOneSession(timeline);
  const rows: FeatureRow[] = [];
  for (const index of lastOfMinutes(timeline)) {
    const row = featureRowAt(timeline, index, set, terms, context);
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** Of each minute the place that its row is made of: what was posted later takes no served row's place. */
function lastOfMinutes({ snapshots, timestampsMs }: Timeline): Iterable<number> {
  const places = new Map<number, number>();
  for (const [index, snapshot] of snapshots.entries()) {
    const minute = minuteStamp(timestampsMs[index]!);
    const before = places.get(minute);
    if (before === undefined || isLive(snapshot) || !isLive(snapshots[before]!)) places.set(minute, index);
  }
  return places.values();
}

/** The feature row of one snapshot of a timeline; null where the session has too little history before it. */
export function featureRowAt(
  timeline: Timeline,
  index: number,
  set: FeatureSet,
  terms: WindowTerms,
  context: WindowContext = {},
): FeatureRow | null {
  const now = timeline.snapshots[index]!;
  const vector = set.compute(windowAt(timeline, index, terms, set.windowMinutes, context));
  if ('error' in vector) return null;
  return {
    uid: featureUid(now.exchange, now.timestamp, set.id),
    timestamp: now.timestamp,
    received_at: now.received_at,
    recorded_at: now.recorded_at,
    exchange: now.exchange,
    feature_set: set.id,
    snapshot_id: now.snapshot_id,
    underlying_price: vector.extras.underlying_price,
    values: vector.features,
    quality_flags: [],
  };
}

function assertOneSession({ snapshots, timestampsMs }: Timeline): void {
  for (let i = 1; i < snapshots.length; i += 1) {
    if (timestampsMs[i]! < timestampsMs[i - 1]!) {
      throw new RangeError(
        `snapshots: expected rising timestamps, was ${snapshots[i]!.timestamp} after ${snapshots[i - 1]!.timestamp}`,
      );
    }
    if (snapshots[i]!.exchange !== snapshots[0]!.exchange) {
      throw new RangeError(
        `snapshots: expected one exchange, was ${snapshots[0]!.exchange} and ${snapshots[i]!.exchange}`,
      );
    }
  }
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (first === undefined || last === undefined) return;
  const [from, to] = [sessionDate(epochMs(first.timestamp)), sessionDate(epochMs(last.timestamp))];
  if (from !== to) throw new RangeError(`snapshots: expected one session, was ${from} to ${to}`);
}
