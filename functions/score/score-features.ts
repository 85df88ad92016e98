import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { featureSetById } from '../../shared/domain/features/feature-sets.ts';
import { type Session, sessionOf } from '../../shared/domain/market/calendar.ts';
import { lotSizeFor, strikeStepOn } from '../../shared/domain/market/contract.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangeRules, ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, MINUTE_MS, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { horizonMinutes } from '../../shared/domain/outcomes/horizon.ts';
import type { LivePointer } from '../../shared/domain/promotion/registry.ts';
import { circuitBreaker } from '../../shared/domain/risk/tracker/circuit-breaker.ts';
import type { TradedChain } from '../../shared/domain/scoring/contract.ts';
import { type LiveModel, type ModelOutput, recommend } from '../../shared/domain/scoring/recommend.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import { InvariantViolated, NotFound } from '../../shared/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { RiskStore } from '../../shared/ports/risk-store.ts';
import type { OpenBundle } from './bundles.ts';
import type { RegimeNow } from './regime-tracker.ts';

export interface ScorePorts {
  readonly livePointer: (exchange: Exchange, target: string) => Promise<LivePointer | undefined>;
  readonly openBundle: (prefix: string) => Promise<OpenBundle>;
  readonly regime: (scorer: OpenBundle['scorer'], row: FeatureRow) => Promise<RegimeNow>;
  readonly window: Pick<OnlineWindow, 'minutes'>;
  readonly risk: Pick<RiskStore, 'state'>;
  /** The sets that are made of every live snapshot: a bundle of another one would wait for rows that never come. */
  readonly liveSets: readonly FeatureSet[];
  /** The set to answer on while nothing that can be used is live. */
  readonly trainingSet: FeatureSet;
  readonly rules: ExchangesRules;
  /** Which contract a signal trades, and at what loss a unit its position is closed. */
  readonly execution: { readonly contracts: ContractPolicy; readonly stop_rupees: number | null };
  readonly policy: RiskPolicy;
  readonly clock: Clock;
  /** Milliseconds of a clock that only runs forward, for latencies. */
  readonly stopwatchMs: () => number;
  /** Hears of a live bundle that cannot be used. */
  readonly onModelFault: (error: Error) => void;
}

/** What is to be scored. */
export interface ScoreQuestion {
  readonly exchange: Exchange;
  readonly target: string;
  /**
   * The feature row in the set of the live bundle, which is known only when it is asked for: between two looks at the
   * pointer another bundle may go live. `bundle` is the one that answers; a probe's row is drawn from its own reference.
   * None when the session has too little history or nothing was received.
   */
  readonly rowOf: (set: FeatureSet, bundle: OpenBundle | undefined) => Promise<FeatureRow | undefined>;
}

/**
 * Answers for a feature row of the live bundle's set with the live bundle: probabilities, regime, drivers, size and every risk rule. Always an
 * answer: HOLD with its reason where no model may speak. Writes nothing.
 */
export function scoreFeatures(ports: ScorePorts) {
  return async ({ exchange, target, rowOf }: ScoreQuestion): Promise<Recommendation> => {
    const startedMs = ports.stopwatchMs();
    const { bundle, set, fault } = await openLive(ports, await ports.livePointer(exchange, target));
    const askedMs = ports.stopwatchMs();
    const row = await rowOf(set, bundle);
    const waitedMs = ports.stopwatchMs() - askedMs;
    const nowMs = ports.clock();
    const timestampMs = row === undefined ? nowMs : epochMs(row.timestamp);
    const regime = bundle && row ? await ports.regime(bundle.scorer, row) : undefined;
    const output = bundle && row && regime ? await modelOutput(bundle, row, regime) : null;
    const answer = recommend({
      exchange,
      target,
      timestampMs,
      receivedAtMs: row === undefined ? nowMs : epochMs(row.received_at),
      nowMs,
      latencyUs: Math.round((ports.stopwatchMs() - startedMs - waitedMs) * 1000),
      live: bundle === undefined ? null : liveModel(bundle),
      modelFault: fault,
      features: row === undefined ? null : scoredFeatures(set, row),
      // A feature row exists only from the first minute with enough history on.
      historyMinutes: row === undefined ? 0 : set.requiredHistoryMinutes + (regime?.rows ?? 1) - 1,
      session: sessionAt(nowMs, ports.rules[exchange]),
      // A model whose target names no horizon is refused here, as its outcomes are; without a model nothing is held.
      horizonMinutes: bundle === undefined ? 0 : horizonMinutes(target),
      output,
      breaker: await breaker(ports, exchange, nowMs),
      chain: await tradedChain(ports, exchange, timestampMs),
      contract: ports.execution.contracts[exchange],
      stopRupees: ports.execution.stop_rupees,
      policy: ports.policy,
    });
    return seal(answer);
  };
}

interface Opened {
  readonly bundle: OpenBundle | undefined;
  /** The bundle's feature set; the training set without one. */
  readonly set: FeatureSet;
  /** Why the live bundle cannot be used; null when it can, or when nothing is live. */
  readonly fault: string | null;
}

/** The tracker's loop gets an answer whatever has become of the bundle; what will pass by itself is thrown. */
async function openLive(ports: ScorePorts, pointer: LivePointer | undefined): Promise<Opened> {
  const none = { bundle: undefined, set: ports.trainingSet };
  if (pointer === undefined) return { ...none, fault: null };
  try {
    const bundle = await openRegistered(ports, pointer);
    return { bundle, set: setOf(ports.liveSets, bundle, pointer), fault: null };
  } catch (error) {
    if (!(error instanceof InvariantViolated || error instanceof NotFound)) throw error;
    ports.onModelFault(error);
    return { ...none, fault: error.message };
  }
}

async function openRegistered({ openBundle }: ScorePorts, pointer: LivePointer): Promise<OpenBundle> {
  const bundle = await openBundle(pointer.bundle_prefix);
  const { bundle_hash } = bundle.scorer.bundle;
  if (bundle_hash === pointer.bundle_hash) return bundle;
  const message = `live bundle of ${pointer.exchange}: expected hash ${pointer.bundle_hash}, was ${bundle_hash}`;
  throw new InvariantViolated(message, { field: `${pointer.bundle_prefix}bundle.json` });
}

/** The set that the bundle was trained on. @throws InvariantViolated when this code makes none, or another, of that id. */
function setOf(
  liveSets: readonly FeatureSet[],
  { scorer }: OpenBundle,
  { exchange, bundle_prefix }: LivePointer,
): FeatureSet {
  const { feature_set, feature_names } = scorer.bundle;
  const set = featureSetById(feature_set);
  if (!liveSets.includes(set)) {
    const live = liveSets.map(({ id }) => id).join(', ');
    const message = `live bundle of ${exchange}: expected a set that is made live (${live}), was ${feature_set}; add it to config/features.json`;
    throw new InvariantViolated(message, { field: 'live' });
  }
  const names = featureNames(set);
  const differing = feature_names.findIndex((name, at) => name !== names[at]);
  if (differing < 0 && feature_names.length === names.length) return set;
  const at = Math.max(differing, 0);
  const message = `live bundle of ${exchange}: expected the ${names.length} features of ${set.id}, was ${feature_names.length}, first other ${feature_names[at]}`;
  throw new InvariantViolated(message, { field: `${bundle_prefix}bundle.json` });
}

/** An answer is given on any day: on one that the calendar does not know, as on one without trading, nothing trades. */
function sessionAt(nowMs: number, rules: ExchangeRules): Session | null {
  return orUnknown(() => sessionOf(sessionDate(nowMs), rules));
}

/** What `config/exchanges` says, null where it does not know. */
function orUnknown<Known>(look: () => Known): Known | null {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return null;
  }
}

function scoredFeatures(set: FeatureSet, { values, quality_flags }: FeatureRow) {
  return { names: featureNames(set), values, qualityFlags: quality_flags };
}

function liveModel({ scorer, decision, reference }: OpenBundle): LiveModel {
  const { version, feature_set, dataset_version, exploratory } = scorer.bundle;
  return { version, feature_set, dataset_version, exploratory, decision, reference };
}

async function modelOutput(
  { scorer }: OpenBundle,
  row: FeatureRow,
  { state }: RegimeNow,
): Promise<ModelOutput> {
  const { probabilities, regimeProbabilities } = await scorer.score(row.values, state);
  const [sell, hold, buy] = probabilities;
  const explanations = await scorer.explain(row.values, state);
  const explained = explanations.map(({ contributions }) => contributions);
  const [first = []] = explained;
  return {
    probabilities: { sell, hold, buy },
    regimeProbabilities,
    inputNames: first.map(({ feature }) => feature),
    inputs: first.map(({ value }) => value),
    method: explanations[0]?.method,
    contributions: {
      SELL: explained[0]!.map(({ shap }) => shap),
      HOLD: explained[1]!.map(({ shap }) => shap),
      BUY: explained[2]!.map(({ shap }) => shap),
    },
  };
}

/** The traded chain's last minute by then. None, and the answer is flagged: a chain is never a reason not to answer. */
async function tradedChain(
  { execution, window, rules }: ScorePorts,
  exchange: Exchange,
  timestampMs: number,
): Promise<TradedChain | null> {
  const { chain, max_age_seconds } = execution.contracts[exchange];
  const date = sessionDate(timestampMs);
  const fromMs = timestampMs - max_age_seconds * 1000 - MINUTE_MS;
  const snapshot = (await window.minutes(chain, date, fromMs, timestampMs)).at(-1);
  if (snapshot === undefined) return null;
  return orUnknown(() => ({
    snapshot,
    strikeStep: strikeStepOn(date, rules[chain]),
    lotSize: lotSizeFor(snapshot.expiry, rules[chain]),
  }));
}

async function breaker({ risk, policy }: ScorePorts, exchange: Exchange, nowMs: number) {
  const state = await risk.state(exchange);
  const today = state?.date === sessionDate(nowMs) ? state : undefined;
  const { max_daily_loss, max_consecutive_losses } = policy.circuit_breaker;
  return circuitBreaker({
    currentDailyLoss: today?.daily_return ?? 0,
    maxDailyLoss: max_daily_loss,
    consecutiveLosses: today?.consecutive_losses ?? 0,
    maxConsecutiveLosses: max_consecutive_losses,
  });
}
