import { computeNow } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import type { OnlineArrival } from '../../shared/domain/features/online-arrival.ts';
import { qualityOf } from '../../shared/domain/features/row-quality.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { timelineOf, windowTerms } from '../../shared/domain/features/window.ts';
import { groupSnapshots, type SnapshotGroup } from '../../shared/domain/lake/micro-batch.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, istMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import { planMinutes } from '../../shared/domain/market/minutes.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** The live stages, the nightly parity check and the drift check need a session's rows for at most this long. */
const KEEP_MS = 3 * DAY_MS;

interface Ports {
  readonly window: OnlineWindow;
  readonly toScore: MessageQueue;
  readonly featureSet: FeatureSet;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
}

/** Rows made, and the snapshots whose group failed and must come again. */
export interface FeatureResult {
  readonly rows: number;
  readonly failed: readonly { readonly snapshotId: string; readonly error: unknown }[];
}

/**
 * Merges the session's snapshots into their minutes of the online window, then makes the feature row of each minute
 * that a live one now is, stores it and asks for its score. Doing it twice changes nothing. Too little history, or a
 * backfill: no row.
 */
export function updateFeatures(ports: Ports) {
  return async (arrivals: readonly OnlineArrival[]): Promise<FeatureResult> => {
    let rows = 0;
    const failed: { snapshotId: string; error: unknown }[] = [];
    const live = new Set(arrivals.filter((one) => one.live).map(({ snapshot }) => snapshot.snapshot_id));
    for (const group of groupSnapshots(arrivals.map(({ snapshot }) => snapshot))) {
      try {
        rows += await updateGroup(ports, group, live);
      } catch (error) {
        failed.push(...group.snapshots.map(({ snapshot_id }) => ({ snapshotId: snapshot_id, error })));
      }
    }
    return { rows, failed };
  };
}

async function updateGroup(ports: Ports, group: SnapshotGroup, live: ReadonlySet<string>): Promise<number> {
  const { window, toScore } = ports;
  const { exchange, date } = group;
  const answered = group.snapshots.filter((snapshot) => live.has(snapshot.snapshot_id));
  const before =
    answered.length === 0 ? [] : await window.minutes(exchange, date, ...spanOf(group.snapshots));
  for (const snapshot of planMinutes(group.snapshots).counted) {
    await window.putMinute(snapshot, epochMs(snapshot.timestamp) + KEEP_MS);
  }
  const rows = answered.length === 0 ? [] : await rowsOf(ports, group, answered, before);
  for (const row of rows) await window.putFeatureRow(row, epochMs(row.timestamp) + KEEP_MS);
  await toScore.sendAll(
    rows.map(({ exchange, timestamp, feature_set }): ScoreRequest => ({ exchange, timestamp, feature_set })),
  );
  return rows.length;
}

async function rowsOf(
  ports: Ports,
  group: SnapshotGroup,
  answered: readonly StoredSnapshot[],
  before: readonly StoredSnapshot[],
): Promise<FeatureRow[]> {
  const { featureSet, rules, quality } = ports;
  const wanted = new Set(answered.map((snapshot) => snapshot.snapshot_id));
  const minutes = await minutesBefore(ports, group, answered);
  const served = await servedRows(ports, group, answered);
  const history = historyOf(minutes, [...before, ...group.snapshots]);
  const terms = windowTerms(group.date, rules[group.exchange]);
  const judge = { terms: qualityTerms(group.date, rules[group.exchange]), policy: quality };
  return minutes.flatMap(({ snapshot_id }) => {
    if (!wanted.has(snapshot_id)) return [];
    const before = served.get(snapshot_id);
    if (before !== undefined) return before;
    const index = history.findIndex((snapshot) => snapshot.snapshot_id === snapshot_id);
    const known = history.slice(0, index + 1);
    const row = computeNow(known, featureSet, terms);
    return row === null ? [] : { ...row, quality_flags: qualityOf(timelineOf(known), index, judge) };
  });
}

/**
 * The minutes as they are, and what they replaced in this delivery: a row looks back on what had been received by
 * then, also where a minute's later snapshot has come since. By time, one a timestamp.
 */
function historyOf(
  minutes: readonly StoredSnapshot[],
  replaced: readonly StoredSnapshot[],
): StoredSnapshot[] {
  const known = [...planMinutes(replaced).counted, ...minutes];
  const byTime = new Map(known.map((snapshot) => [epochMs(snapshot.timestamp), snapshot]));
  return [...byTime].sort(([a], [b]) => a - b).map(([, snapshot]) => snapshot);
}

/** The minutes that the windows of some snapshots hold: as many as a window has, which gaps spread further back. */
async function minutesBefore(
  { window, featureSet }: Ports,
  { exchange, date }: SnapshotGroup,
  snapshots: readonly StoredSnapshot[],
): Promise<StoredSnapshot[]> {
  const [fromMs, toMs] = spanOf(snapshots);
  const near = await window.minutes(exchange, date, fromMs - featureSet.windowMinutes * MINUTE_MS, toMs);
  const knownMs = Math.min(...snapshots.map((snapshot) => epochMs(snapshot.received_at)));
  const usable = near.filter(
    (minute) => epochMs(minute.timestamp) < fromMs && epochMs(minute.received_at) <= knownMs,
  );
  if (usable.length >= featureSet.windowMinutes - 1) return near;
  return window.minutes(exchange, date, istMs(date, 0), toMs);
}

/** Rows that were stored before, by snapshot: what was served once stays as it was served. */
async function servedRows(
  { window, featureSet }: Ports,
  { exchange, date }: SnapshotGroup,
  snapshots: readonly StoredSnapshot[],
): Promise<Map<string, FeatureRow>> {
  const rows = await window.featureRows(exchange, date, featureSet.id, ...spanOf(snapshots));
  return new Map(rows.map((row) => [row.snapshot_id, row]));
}

function spanOf(snapshots: readonly StoredSnapshot[]): [fromMs: number, toMs: number] {
  const times = snapshots.map((snapshot) => minuteStamp(epochMs(snapshot.timestamp)));
  return [Math.min(...times), Math.max(...times) + MINUTE_MS - 1];
}
