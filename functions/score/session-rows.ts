import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import type { FeatureSet } from '../../shared/domain/features/feature-set.ts';
import { type PreparingRules, preparedAt } from '../../shared/domain/features/prepare-features.ts';
import { type Timeline, timelineOf, type WindowContext } from '../../shared/domain/features/window.ts';
import { firstFrom } from '../../shared/domain/features/window-context.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, minuteStamp } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import { type Exchange, originOf, type StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import type { KeptSessions } from './kept-sessions.ts';

/** A moment's feature row out of the lake. */
export interface KeptRow {
  readonly snapshot: StoredSnapshot;
  /** The row of the features file, or else what its snapshots give. */
  readonly row: FeatureRow;
  readonly source: 'features_file' | 'snapshots';
  /** What the snapshots give; another row than `row` only where the features file says otherwise. */
  readonly computed: FeatureRow;
}

/** The rows of one session and one set. */
export interface SessionRows {
  /** The row of a snapshot's time; undefined where none was received or the session had too little history. */
  at(timestampMs: number): KeptRow | undefined;
  /** Of each minute the row of its last live snapshot with fromMs <= timestamp <= toMs recorded by a moment, by time. */
  known(fromMs: number, toMs: number, byMs: number): FeatureRow[];
}

interface Rules {
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
}

/** Opens the rows of a session; each is computed when it is first asked for, by the functions that serve it live. */
export function sessionRows(sessions: KeptSessions, { rules, quality }: Rules) {
  return async (exchange: Exchange, date: string, set: FeatureSet): Promise<SessionRows> => {
    const timeline = timelineOf(await sessions.snapshots(exchange, date));
    return new Session(
      timeline,
      await sessions.featureRows(exchange, date, set),
      await sessions.context(exchange, date, set),
      { set, by: { date, rules: rules[exchange], quality } },
    );
  };
}

interface Terms {
  readonly set: FeatureSet;
  readonly by: PreparingRules;
}

class Session implements SessionRows {
  private readonly timeline: Timeline;
  private readonly filed: ReadonlyMap<string, FeatureRow>;
  private readonly context: WindowContext;
  private readonly terms: Terms;
  private readonly places: ReadonlyMap<number, number>;
  private readonly recordedMs: readonly number[];
  private readonly made = new Map<number, KeptRow | undefined>();

  constructor(
    timeline: Timeline,
    filed: ReadonlyMap<string, FeatureRow>,
    context: WindowContext,
    terms: Terms,
  ) {
    this.timeline = timeline;
    this.filed = filed;
    this.context = context;
    this.terms = terms;
    this.places = new Map(timeline.timestampsMs.map((ms, index) => [ms, index]));
    this.recordedMs = timeline.snapshots.map(({ recorded_at }) => epochMs(recorded_at));
  }

  at(timestampMs: number): KeptRow | undefined {
    const index = this.places.get(timestampMs);
    return index === undefined ? undefined : this.rowOf(index);
  }

  known(fromMs: number, toMs: number, byMs: number): FeatureRow[] {
    const { snapshots, timestampsMs } = this.timeline;
    const lastOfMinute = new Map<number, number>();
    const end = firstFrom(timestampsMs, toMs + 1);
    for (let index = firstFrom(timestampsMs, fromMs); index < end; index += 1) {
      if ((this.recordedMs[index] as number) > byMs) continue;
      // Nothing is served of a backfill.
      if (originOf(snapshots[index] as StoredSnapshot) !== 'live') continue;
      lastOfMinute.set(minuteStamp(timestampsMs[index] as number), index);
    }
    return [...lastOfMinute.values()].flatMap((index) => this.rowOf(index)?.row ?? []);
  }

  private rowOf(index: number): KeptRow | undefined {
    if (!this.made.has(index)) this.made.set(index, this.compute(index));
    return this.made.get(index);
  }

  private compute(index: number): KeptRow | undefined {
    const computed = preparedAt(this.timeline, index, this.terms.set, this.terms.by, this.context);
    if (computed === null) return undefined;
    const filed = this.filed.get(computed.snapshot_id);
    const snapshot = this.timeline.snapshots[index] as StoredSnapshot;
    return filed === undefined
      ? { snapshot, row: computed, source: 'snapshots', computed }
      : { snapshot, row: filed, source: 'features_file', computed };
  }
}
