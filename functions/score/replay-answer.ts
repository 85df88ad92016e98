import {
  type AnswerDifference,
  answerDifferences,
  differences,
} from '../../shared/domain/audit/answer-differences.ts';
import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import { recordedTotals } from '../../shared/domain/audit/recorded-totals.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { QualityPolicy } from '../../shared/domain/market/quality/quality-policy.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { liveAt } from '../../shared/domain/promotion/live-at.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import { type GivenVector, givenVector } from '../../shared/domain/scoring/given.ts';
import { inputHash } from '../../shared/domain/scoring/input-hash.ts';
import type { Recommendation, UnsealedRecommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import { takenBackLike } from '../../shared/domain/scoring/taken-back.ts';
import { InvariantViolated } from '../../shared/errors.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { VectorToScore } from '../../shared/ports/model-service.ts';
import { answerQuestion } from './answer-question.ts';
import type { OpenBundle } from './bundles.ts';
import type { KeptSessions } from './kept-sessions.ts';
import type { Known } from './known-chain.ts';
import { type KnownChains, knownChains, triesOf } from './known-chains.ts';
import { modelService } from './model-service.ts';
import { regimeTracker } from './regime-tracker.ts';
import { type KeptRow, type SessionRows, sessionRows } from './session-rows.ts';

export interface ReplayAnswerPorts {
  readonly sessions: KeptSessions;
  readonly models: Pick<ModelRegistry, 'version' | 'history'>;
  readonly openBundle: (prefix: string) => Promise<OpenBundle>;
  readonly featureSets: readonly FeatureSet[];
  /** The set that is answered on while nothing that can be used is live. */
  readonly trainingSet: FeatureSet;
  readonly rules: ExchangesRules;
  readonly quality: QualityPolicy;
  readonly execution: { readonly contracts: ContractPolicy; readonly stop_rupees: number | null };
  readonly policy: RiskPolicy;
}

/** Where the numbers of a replayed answer came from. */
export interface ReplayInputs {
  /** `posted`: the record itself has it. `none`: answered without a row, for want of history or of a snapshot. */
  readonly feature_row: KeptRow['source'] | 'posted' | 'none' | 'not_kept';
  readonly snapshot_id: string | null;
  readonly bundle_hash: string | null;
  /** Of the traded chain; null where an answer names no contract. */
  readonly traded_snapshot_id: string | null;
  /** Which of the chain's last snapshots had come by then is not kept: so many were tried. */
  readonly traded_snapshots_tried: number;
}

/** One answer given again. */
export interface AnswerReplay {
  readonly id: string;
  /** `not_kept`: the lake has no snapshot of its moment (yet), or its record kept no posted features in its day. */
  readonly status: 'identical' | 'different' | 'not_kept';
  readonly differences: readonly AnswerDifference[];
  readonly inputs: ReplayInputs;
  /** The row that was scored; null for an answer without one, or with one that was not kept. */
  readonly row: FeatureRow | null;
  readonly replayed: Recommendation;
}

/**
 * Gives an answer again with the code that gives it live, from the sessions that are kept and the bundle that its record
 * names, and compares it with the record to the last bit. Identical answers have one leaf hash, the one in the audit
 * log. Taken from the record itself: our clock and the latency, which backend answered (all give one answer), which model was live (compared with the deployment
 * history), why a bundle could not be used, and what the account's totals were. The rules are those of now.
 */
export function replayAnswer(ports: ReplayAnswerPorts) {
  const openRows = sessionRows(ports.sessions, ports);
  const chains = knownChains(ports.sessions);
  const stage = staged(ports, chains);
  return async (recorded: Recommendation): Promise<AnswerReplay> => {
    const { exchange, timestamp } = recorded;
    const set = setOf(ports, recorded);
    const rows = await openRows(exchange, sessionDate(epochMs(timestamp)), set);
    const posted = givenVector(recorded, set.id, featureNames(set));
    const kept = posted || hadNoRow(recorded) ? undefined : rows.at(epochMs(timestamp));
    const asked = posted ? { ...posted, given: posted.as } : kept && { vector: kept.row };
    const before = [
      ...(kept === undefined ? [] : unlikeFile(kept, set)),
      ...(await unlikeHistory(ports, recorded)),
    ];
    const tries = await triesOf(ports.execution.contracts, chains, recorded);
    let first: Given | undefined;
    for (const [at, tradedBy] of tries.entries()) {
      const given = await stage(recorded, rows, asked, tradedBy);
      first ??= given;
      if (given.answer.leaf_hash !== recorded.leaf_hash) continue;
      return replayOf(recorded, kept ?? posted, given, at + 1, before);
    }
    return replayOf(recorded, kept ?? posted, first as Given, tries.length, before);
  };
}

interface Given {
  readonly answer: Recommendation;
  readonly bundleHash: string | null;
  readonly traded: StoredSnapshot | undefined;
}

/** The scoring stage on what was known at one moment. */
function staged(ports: ReplayAnswerPorts, chains: KnownChains) {
  let now: { recorded: Recommendation; rows: SessionRows; tradedBy: Known };
  let bundleHash: string | null = null;
  let traded: StoredSnapshot | undefined;
  const window = {
    featureRows: async (_exchange: unknown, _date: unknown, _set: unknown, fromMs: number, toMs: number) =>
      now.rows.known(fromMs, toMs, epochMs(now.recorded.recorded_at)),
    async lastMinute(exchange: Recommendation['exchange'], date: string, toMs: number) {
      traded = (await chains(exchange, date)).last(toMs, now.tradedBy);
      return traded;
    },
  };
  const regime = regimeTracker(window, ports.quality.blocking);
  return async (
    recorded: Recommendation,
    rows: SessionRows,
    asked: VectorToScore | undefined,
    tradedBy: Known,
  ): Promise<Given> => {
    now = { recorded, rows, tradedBy };
    [bundleHash, traded] = [null, undefined];
    const models = modelService({
      ...ports,
      ...modelOf(ports, recorded, (hash) => {
        bundleHash = hash;
      }),
      regime,
      liveSets: ports.featureSets,
      onModelFault: () => undefined,
    });
    const score = answerQuestion({
      ...ports,
      models,
      window,
      account: async () => () => recordedTotals(recorded),
      policy: rulesFor(recorded, ports.policy),
      clock: () => epochMs(recorded.recorded_at),
      stopwatchMs: () => 0,
    });
    const { exchange, target, latency_us, backend, backend_fault } = recorded;
    // A model's answer without drivers is one that was asked for without them.
    const explains = recorded.probabilities === null || recorded.drivers.length > 0;
    const again = asked && { ...asked, explains };
    const { leaf_hash: _, ...answer } = await score({ exchange, target, vectorFor: async () => again });
    return {
      answer: seal(
        takenBackLike(recorded, asOldAs(recorded, { ...answer, latency_us, backend, backend_fault })),
      ),
      bundleHash,
      traded,
    };
  };
}

/** Answers without a risk block are older than volatility targeting. */
function rulesFor({ risk }: Recommendation, policy: RiskPolicy): RiskPolicy {
  return risk === undefined ? { ...policy, volatility: { target: Number.MAX_VALUE } } : policy;
}

/** What an older answer does not have is not held against it. */
function asOldAs(recorded: Recommendation, answer: UnsealedRecommendation): UnsealedRecommendation {
  if (recorded.risk !== undefined) return answer;
  const { risk: _, ...older } = answer;
  return older as UnsealedRecommendation;
}

/** The model that the record names; one that could not be used is as unusable again. */
function modelOf(ports: ReplayAnswerPorts, recorded: Recommendation, opened: (hash: string) => void) {
  const { model_version, hold_reason, rationale } = recorded;
  const fault = /the live model cannot be used: (.*)\.$/s.exec(rationale)?.[1];
  return {
    async livePointer(exchange: Recommendation['exchange'], target: string) {
      if (hold_reason === 'unusable_model') return pointerTo({ exchange, target, version: 'unusable' });
      if (model_version === null) return undefined;
      return pointerTo(await ports.models.version(exchange, target, model_version));
    },
    async openBundle(prefix: string): Promise<OpenBundle> {
      if (hold_reason === 'unusable_model') throw new InvariantViolated(fault ?? rationale);
      const bundle = await ports.openBundle(prefix);
      opened(bundle.scorer.bundle.bundle_hash);
      return bundle;
    },
  };
}

type Named = Pick<LivePointer, 'exchange' | 'target' | 'version'> & Partial<LivePointer>;

function pointerTo({ exchange, target, version, ...row }: Named): LivePointer {
  const { bundle_hash = '', bundle_prefix = '', logic_hash = '' } = row;
  const since = new Date(0).toISOString();
  return {
    ...{ exchange, target, version, bundle_hash, bundle_prefix, logic_hash },
    ...{ previous_version: null, since, revision: 1 },
  };
}

function setOf({ featureSets, trainingSet }: ReplayAnswerPorts, { feature_set }: Recommendation): FeatureSet {
  return featureSets.find(({ id }) => id === feature_set) ?? trainingSet;
}

/** The input hash tells an answer without a row from one with a row, whatever the row holds. */
function hadNoRow({
  exchange,
  target,
  timestamp,
  feature_set,
  model_version,
  input_hash,
}: Recommendation): boolean {
  return inputHash({ exchange, target, timestamp, feature_set, model_version, values: null }) === input_hash;
}

/** What the features file says otherwise than the snapshots that it was made of. */
function unlikeFile({ row, computed }: KeptRow, set: FeatureSet): AnswerDifference[] {
  if (row === computed) return [];
  const names = featureNames(set);
  const values = names.flatMap((name, at) =>
    differences(`features.${name}`, shown(row.values[at]), shown(computed.values[at])),
  );
  const flags = [row, computed].map(({ quality_flags }) => quality_flags.join(' '));
  return [...values, ...differences('features.quality_flags', flags[0], flags[1])];
}

/** A missing value as JSON has it. */
function shown(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** The scoring stage looks at the pointer every two seconds: for so long after a switch either version may answer. */
const LOOK_EVERY_MS = 2000;

async function unlikeHistory(
  { models }: ReplayAnswerPorts,
  { exchange, target, model_version, hold_reason, recorded_at, latency_us }: Recommendation,
): Promise<AnswerDifference[]> {
  if (hold_reason === 'unusable_model') return [];
  const history = await models.history(exchange, target);
  const seenFrom = epochMs(recorded_at) - LOOK_EVERY_MS - latency_us / 1000;
  const switches = history.map(({ at }) => epochMs(at)).filter((ms) => ms > seenFrom);
  const asked = [seenFrom, ...switches, epochMs(recorded_at)].filter((ms) => ms <= epochMs(recorded_at));
  const live = asked.map((ms) => liveAt(history, new Date(ms).toISOString()));
  if (live.includes(model_version)) return [];
  return differences('model_version by the deployment history', model_version, live.at(-1));
}

function replayOf(
  recorded: Recommendation,
  input: KeptRow | GivenVector | undefined,
  { answer, bundleHash, traded }: Given,
  tried: number,
  before: readonly AnswerDifference[],
): AnswerReplay {
  const found = [...before, ...answerDifferences(recorded, answer)];
  const isLost = input === undefined && !hadNoRow(recorded);
  const kept = input !== undefined && 'snapshot' in input ? input : undefined;
  const posted = input !== undefined && 'vector' in input ? input : undefined;
  return {
    id: recorded.id,
    status: isLost ? 'not_kept' : found.length === 0 ? 'identical' : 'different',
    differences: isLost ? [] : found,
    inputs: {
      feature_row: isLost ? 'not_kept' : posted ? 'posted' : (kept?.source ?? 'none'),
      snapshot_id: kept?.snapshot.snapshot_id ?? null,
      bundle_hash: bundleHash,
      traded_snapshot_id: answer.symbol === null ? null : (traded?.snapshot_id ?? null),
      traded_snapshots_tried: answer.symbol === null && recorded.symbol === null ? 0 : tried,
    },
    row: posted?.vector ?? kept?.row ?? null,
    replayed: answer,
  };
}
