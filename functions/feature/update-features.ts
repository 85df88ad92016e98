import { computeNow } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import type { OnlineArrival } from '../../shared/domain/features/online-arrival.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { windowTerms } from '../../shared/domain/features/window.ts';
import { groupSnapshots, type SnapshotGroup } from '../../shared/domain/lake/micro-batch.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** The live stages, the nightly parity check and the drift check need a session's rows for at most this long. */
const KEEP_MS = 3 * DAY_MS;

interface Ports {
  readonly window: OnlineWindow;
  readonly toScore: MessageQueue;
  readonly featureSet: FeatureSet;
  readonly rules: ExchangesRules;
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
  for (const snapshot of group.snapshots) {
    await ports.window.putMinute(snapshot, epochMs(snapshot.timestamp) + KEEP_MS);
  }
  const rows = await rowsOf(ports, group, live);
  for (const row of rows) await ports.window.putFeatureRow(row, epochMs(row.timestamp) + KEEP_MS);
  await ports.toScore.sendAll(
    rows.map(({ exchange, timestamp, feature_set }): ScoreRequest => ({ exchange, timestamp, feature_set })),
  );
  return rows.length;
}

async function rowsOf(
  { window, featureSet, rules }: Ports,
  group: SnapshotGroup,
  live: ReadonlySet<string>,
): Promise<FeatureRow[]> {
  const answered = group.snapshots.filter((snapshot) => live.has(snapshot.snapshot_id));
  if (answered.length === 0) return [];
  const times = answered.map((snapshot) => epochMs(snapshot.timestamp));
  const fromMs = minuteStamp(Math.min(...times)) - featureSet.windowMinutes * MINUTE_MS;
  const minutes = await window.minutes(group.exchange, group.date, fromMs, Math.max(...times));
  const terms = windowTerms(group.date, rules[group.exchange]);
  return minutes.flatMap((snapshot, index) => {
    if (!live.has(snapshot.snapshot_id)) return [];
    return computeNow(minutes.slice(0, index + 1), featureSet, terms) ?? [];
  });
}
