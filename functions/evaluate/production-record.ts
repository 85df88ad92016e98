import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import {
  type Answer,
  answeredRows,
  type BaselineSource,
  baselineSource,
  type SessionBaseline,
} from '../../shared/domain/evaluation/baseline.ts';
import type { JudgeInput } from '../../shared/domain/evaluation/judge.ts';
import type { ScoredRow } from '../../shared/domain/evaluation/scored-row.ts';
import { sessionOf } from '../../shared/domain/market/calendar.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, istMs, utcIso } from '../../shared/domain/market/indian-time.ts';
import { liveThroughout } from '../../shared/domain/promotion/live-throughout.ts';
import type { HistoryRow, ModelVersion } from '../../shared/domain/promotion/registry.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { RecommendationStore } from '../../shared/ports/recommendation-store.ts';
import { auditedAnswers } from './audited-answers.ts';
import { bundleRecord } from './bundle-record.ts';
import { openReplay, type Replay, type ReplayPorts } from './replayed-answers.ts';

export interface ProductionPorts extends ReplayPorts {
  readonly models: Pick<ModelRegistry, 'livePointer' | 'version' | 'history'>;
  readonly recommendations: Pick<RecommendationStore, 'ofDay'>;
  readonly readFiles: (prefix: string) => Promise<ReadonlyMap<string, Uint8Array>>;
  readonly rules: ExchangesRules;
}

/** Production on the candidate's sessions, and where each session's answers come from. */
export interface ProductionRecord {
  readonly judge: JudgeInput;
  readonly sources: readonly SessionBaseline[];
}

interface Question {
  readonly candidate: ModelVersion;
  /** The candidate's own out-of-sample rows, in time order: minutes, prices and labels. */
  readonly grid: readonly ScoredRow[];
  /** The candidate's dataset. */
  readonly manifest: DatasetManifest;
}

/**
 * Production's out-of-sample answers on the candidate's sessions (baseline.ts): what it answered where it was live,
 * what its bundle answers where it was not, and its procedure's walk-forward before its cutoff. Null while nothing else
 * is live. Nothing that production could have learnt from counts.
 */
export function productionRecord(ports: ProductionPorts) {
  return async ({ candidate, grid, manifest }: Question): Promise<ProductionRecord | null> => {
    const { exchange, target, version } = candidate;
    const pointer = await ports.models.livePointer(exchange, target);
    if (pointer === undefined || pointer.version === version) return null;
    const live = await ports.models.version(exchange, target, pointer.version);
    const files = await ports.readFiles(live.bundle_prefix);
    const history = await ports.models.history(exchange, target);
    const record = bundleRecord(live, files);
    let opened: Promise<Replay> | undefined;
    const replay = () => {
      opened ??= openReplay(ports, live, files, manifest);
      return opened;
    };
    const sessions = new Sessions(ports, { live, record, history, replay });
    try {
      const walk_forward: ScoredRow[] = [];
      const held_out: ScoredRow[] = [];
      const sources: SessionBaseline[] = [];
      for (const [session, rows] of Map.groupBy(grid, (row) => row.session)) {
        const { rows: theirs, ...source } = await sessions.of(session, rows);
        for (const row of theirs) (source.source === 'walk_forward' ? walk_forward : held_out).push(row);
        sources.push(source);
      }
      return { judge: { ...record.judge, walk_forward, held_out }, sources };
    } finally {
      await (await opened)?.close();
    }
  };
}

type SessionRecord = SessionBaseline & { readonly rows: readonly ScoredRow[] };

interface Production {
  readonly live: ModelVersion;
  readonly record: ReturnType<typeof bundleRecord>;
  readonly history: readonly HistoryRow[];
  readonly replay: () => Promise<Replay>;
}

class Sessions {
  private readonly ports: ProductionPorts;
  private readonly production: Production;
  private readonly walkForward: ReadonlyMap<string, readonly ScoredRow[]>;
  private readonly heldOut: ReadonlyMap<string, readonly ScoredRow[]>;

  constructor(ports: ProductionPorts, production: Production) {
    this.ports = ports;
    this.production = production;
    const { judge, failedLeakageChecks } = production.record;
    // Folds of minutes within a few sessions, and folds judged on what they learnt, are not out of the sample.
    const doubtful =
      production.live.exploratory || failedLeakageChecks.includes('fold-judged-after-training');
    this.walkForward = bySession(doubtful ? [] : judge.walk_forward);
    this.heldOut = bySession(judge.held_out);
  }

  async of(session: string, grid: readonly ScoredRow[]): Promise<SessionRecord> {
    const source = this.sourceOf(session);
    if (source === 'walk_forward') return scored(session, source, this.walkForward.get(session));
    if (source === 'held_out') return scored(session, source, this.heldOut.get(session));
    if (source === null) return none(session, 'production has no out-of-sample scores of it');
    if (source === 'replayed') return this.replayed(session, grid, null);
    const answers = await auditedAnswers(this.ports.recommendations)(this.production.live, session);
    if (answers.size > 0) return answered(session, source, grid, answers, null);
    return this.replayed(session, grid, 'live, but not asked once: the bundle was asked now');
  }

  private sourceOf(session: string): BaselineSource | null {
    const afterCutoff = istMs(session, 0) > epochMs(this.production.live.training_cutoff);
    return baselineSource({
      session,
      afterCutoff,
      liveThroughout: afterCutoff && this.wasLive(session),
      inHeldOut: this.heldOut.has(session),
      inWalkForward: this.walkForward.has(session),
    });
  }

  private wasLive(session: string): boolean {
    const { live, history } = this.production;
    const hours = sessionOf(session, this.ports.rules[live.exchange]);
    if (hours === null) return false;
    return liveThroughout(history, live.version, utcIso(hours.openMs), utcIso(hours.closeMs));
  }

  private async replayed(
    session: string,
    grid: readonly ScoredRow[],
    why: string | null,
  ): Promise<SessionRecord> {
    const replay = await this.production.replay();
    const answers = await replay.answers(session);
    if (answers !== undefined) return answered(session, 'replayed', grid, answers, why);
    return none(session, `the lake has no rows of ${this.production.live.feature_set} to ask its bundle on`);
  }
}

function answered(
  session: string,
  source: BaselineSource,
  grid: readonly ScoredRow[],
  answers: ReadonlyMap<number, Answer>,
  why: string | null,
): SessionRecord {
  const { rows, missing, unasked } = answeredRows(grid, answers);
  return { session, source, minutes: rows.length, missing, unasked, why, rows };
}

function scored(session: string, source: BaselineSource, rows: readonly ScoredRow[] = []): SessionRecord {
  return { session, source, minutes: rows.length, missing: 0, unasked: 0, why: null, rows };
}

function none(session: string, why: string): SessionRecord {
  return { session, source: null, minutes: 0, missing: 0, unasked: 0, why, rows: [] };
}

function bySession(rows: readonly ScoredRow[]): Map<string, ScoredRow[]> {
  return Map.groupBy(rows, (row) => row.session);
}
