import { computeNow } from '../../shared/domain/features/compute.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { knownMinutes } from '../../shared/domain/features/known-minutes.ts';
import type { OnlineArrival } from '../../shared/domain/features/online-arrival.ts';
import { qualityOf } from '../../shared/domain/features/row-quality.ts';
import type { ScoreRequest } from '../../shared/domain/features/score-request.ts';
import { timelineOf, type WindowContext } from '../../shared/domain/features/window.ts';
import { windowTerms } from '../../shared/domain/features/window-terms.ts';
import { groupSnapshots, type SnapshotGroup } from '../../shared/domain/lake/micro-batch.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { DAY_MS, epochMs, MINUTE_MS, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import { planMinutes } from '../../shared/domain/market/minutes.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { qualityTerms } from '../../shared/domain/market/quality/terms.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { LiveInputs } from '../../shared/ports/live-inputs.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';

/** The live stages, the nightly parity check and the drift check need a session's rows for at most this long. */
const KEEP_MS = 3 * DAY_MS;

interface Ports {
  readonly window: OnlineWindow;
  readonly inputs: LiveInputs;
  readonly toScore: MessageQueue;
  /** The sets that are made live. */
  readonly liveSets: readonly FeatureSet[];
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
}

/** Rows made, and the snapshots whose group failed and must come again. */
export interface FeatureResult {
  readonly rows: number;
  readonly failed: readonly { readonly snapshotId: string; readonly error: unknown }[];
}

/**
 * Merges the session's snapshots into their minutes of the online window, then makes the feature rows of each minute
 * that a live one now is, one per live set, stores them and asks for one score; the score stage takes the row of the
 * live bundle's set. Doing it twice changes nothing. Too little history, or a backfill: no row.
 */
export function updateFeatures(ports: Ports) {
  return async (arrivals: readonly OnlineArrival[]): Promise<FeatureResult> => {
    let rows = 0;
    const failed: { snapshotId: string; error: unknown }[] = [];
    const delivery = deliveryOf(arrivals);
    // All of it is read before any of it is put: what one chain replaces may be what another looks back on.
    const before = delivery.groups.map((group) => readBefore(ports, group, delivery));
    await Promise.allSettled(before);
    for (const [at, group] of delivery.groups.entries()) {
      try {
        rows += await updateGroup(ports, group, delivery, await before[at]!);
      } catch (error) {
        failed.push(...group.snapshots.map(({ snapshot_id }) => ({ snapshotId: snapshot_id, error })));
      }
    }
    return { rows, failed };
  };
}

interface Delivery {
  readonly snapshots: readonly StoredSnapshot[];
  readonly groups: readonly SnapshotGroup[];
  /** Ids of the snapshots that rows are made of. */
  readonly live: ReadonlySet<string>;
}

function deliveryOf(arrivals: readonly OnlineArrival[]): Delivery {
  const snapshots = arrivals.map(({ snapshot }) => snapshot);
  const live = new Set(arrivals.filter((one) => one.live).map(({ snapshot }) => snapshot.snapshot_id));
  return { snapshots, groups: groupSnapshots(snapshots), live };
}

function answeredOf({ exchange, date, snapshots }: SnapshotGroup, { live }: Delivery): SnapshotGroup {
  return { exchange, date, snapshots: snapshots.filter(({ snapshot_id }) => live.has(snapshot_id)) };
}

/** What the online window held before the delivery, as far as the rows of a group look back on it. */
interface Before {
  readonly replaced: readonly StoredSnapshot[];
  readonly context: WindowContext;
}

async function readBefore(ports: Ports, group: SnapshotGroup, delivery: Delivery): Promise<Before> {
  const answered = answeredOf(group, delivery);
  if (answered.snapshots.length === 0) return { replaced: [], context: {} };
  return {
    replaced: await ports.window.minutes(group.exchange, group.date, ...spanOf(group.snapshots)),
    context: await ports.inputs.context(answered, ports.liveSets, delivery.snapshots),
  };
}

async function updateGroup(
  ports: Ports,
  group: SnapshotGroup,
  delivery: Delivery,
  before: Before,
): Promise<number> {
  const { window, toScore } = ports;
  for (const snapshot of planMinutes(group.snapshots).counted) {
    await window.putMinute(snapshot, epochMs(snapshot.timestamp) + KEEP_MS);
  }
  const answered = answeredOf(group, delivery);
  const rows = answered.snapshots.length === 0 ? [] : await rowsOf(ports, group, answered, before);
  for (const row of rows) await window.putFeatureRow(row, epochMs(row.timestamp) + KEEP_MS);
  await toScore.sendAll(scoreRequests(rows));
  return rows.length;
}

/** One request a moment, however many sets have a row of it. */
function scoreRequests(rows: readonly FeatureRow[]): ScoreRequest[] {
  const moments = new Map(rows.map(({ exchange, timestamp }) => [timestamp, { exchange, timestamp }]));
  return [...moments.values()];
}

async function rowsOf(
  ports: Ports,
  group: SnapshotGroup,
  answered: SnapshotGroup,
  { replaced, context }: Before,
): Promise<FeatureRow[]> {
  const { exchange, date } = group;
  const rules = ports.rules[exchange];
  const minutes = await ports.inputs.minutes(answered, ports.liveSets);
  const served = await servedRows(ports, answered);
  const history = knownMinutes(minutes, [...replaced, ...group.snapshots]);
  const terms = windowTerms(date, rules);
  const judge = { terms: qualityTerms(date, rules), policy: ports.quality };
  const wanted = new Set(answered.snapshots.map(({ snapshot_id }) => snapshot_id));
  return minutes.flatMap(({ snapshot_id }) => {
    if (!wanted.has(snapshot_id)) return [];
    const index = history.findIndex((snapshot) => snapshot.snapshot_id === snapshot_id);
    const known = history.slice(0, index + 1);
    const flagsOf = once(() => qualityOf(timelineOf(known), index, judge));
    return ports.liveSets.flatMap((set) => {
      const before = served.get(rowKey(snapshot_id, set.id));
      if (before !== undefined) return before;
      const row = computeNow(known, set, terms, context);
      return row === null ? [] : { ...row, quality_flags: flagsOf() };
    });
  });
}

/** Rows that were stored before: what was served once stays as it was served. */
async function servedRows(
  { window, liveSets }: Ports,
  { exchange, date, snapshots }: SnapshotGroup,
): Promise<Map<string, FeatureRow>> {
  const span = spanOf(snapshots);
  const rows = await Promise.all(liveSets.map((set) => window.featureRows(exchange, date, set.id, ...span)));
  return new Map(rows.flat().map((row) => [rowKey(row.snapshot_id, row.feature_set), row]));
}

function rowKey(snapshotId: string, setId: string): string {
  return `${snapshotId}#${setId}`;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function spanOf(snapshots: readonly StoredSnapshot[]): [fromMs: number, toMs: number] {
  const times = snapshots.map((snapshot) => minuteStamp(epochMs(snapshot.timestamp)));
  return [Math.min(...times), Math.max(...times) + MINUTE_MS - 1];
}
