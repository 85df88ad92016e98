import type { Session } from '../market/calendar.ts';
import type { ContractChoice } from '../market/contract-policy.ts';
import { minuteOfDay, utcIso } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';
import { kelly } from '../risk/kelly.ts';
import { recommendedLots } from '../risk/lots.ts';
import { riskPerLotRupees } from '../risk/risk-per-lot.ts';
import { type Contract, chooseContract, type TradedChain } from './contract.ts';
import { featuresSummary } from './features-summary.ts';
import { inputHash } from './input-hash.ts';
import { type MeasuredEdge, measuredEdge } from './measured-edge.ts';
import { hold, rationale } from './rationale.ts';
import type { Action, UnsealedRecommendation } from './recommendation.ts';
import { recommendationId } from './recommendation-id.ts';
import { blockingFlags } from './risk-flags/bad-data-quality.ts';
import type { RaisedFlag, RiskFacts } from './risk-flags/facts.ts';
import { holdReason, riskFlags } from './risk-flags.ts';
import type { RiskPolicy } from './risk-policy.ts';
import type { ScoredFeatures, ScoredSignal, SignalMetadata } from './signal.ts';
import { winProbability } from './win-probability.ts';

export interface RecommendInput {
  readonly exchange: Exchange;
  readonly target: string;
  /** Of the snapshot at the exchange, and when the tracker had it. */
  readonly timestampMs: number;
  readonly receivedAtMs: number;
  /** Our clock. */
  readonly nowMs: number;
  readonly latencyUs: number;
  /** What the model service says, before any rule of risk. */
  readonly signal: ScoredSignal;
  /** The row that was scored; null when there is none. */
  readonly features: ScoredFeatures | null;
  /** The exchange's session on the day of `nowMs`; null when there is none, or the calendar does not know. */
  readonly session: Session | null;
  /** Minutes that the target's position is held. */
  readonly horizonMinutes: number;
  readonly breaker: { readonly triggered: boolean; readonly reason: string };
  /** The chain that `contract` names; null when none was seen of late, or its terms are unknown. */
  readonly chain: TradedChain | null;
  readonly contract: ContractChoice;
  /** Premium a unit at which a loss is cut (`config/execution`); null: all of it may be lost. */
  readonly stopRupees: number | null;
  readonly policy: RiskPolicy;
}

/**
 * The whole answer to one scoring request, ready to be sealed (audit/leaf-hash.ts). Every rule that forbids an answer
 * makes it HOLD with `hold_reason`; `execute` is true only for BUY or SELL without a single risk flag.
 * Deterministic: the id is made of the snapshot's time and the input hash.
 */
export function recommend(input: RecommendInput): UnsealedRecommendation {
  const { signal, confidence, metadata } = input.signal;
  const sized = size(input);
  const raised = riskFlags(factsOf(input, sized), input.policy);
  const held = holdReason(raised);
  const action = held === null ? signal : 'HOLD';
  const acting = action !== 'HOLD';
  const { probabilities, regime, regimeProbabilities } = metadata;
  return {
    ...identity(input),
    symbol: acting ? (sized.contract?.symbol ?? null) : null,
    action,
    confidence: action === signal ? confidence : (probabilities?.hold ?? 0),
    probabilities,
    regime,
    regime_probabilities: [...regimeProbabilities],
    kelly_fraction: acting ? sized.kellyStaked : 0,
    kelly_full: acting ? sized.kellyFull : 0,
    recommended_lots: acting ? sized.lots : 0,
    execute: acting && raised.length === 0,
    risk_flags: [
      ...raised.filter((one) => acting || !TRADE_FLAGS.has(one.flag)).map((one) => one.flag),
      ...blockingFlags(input.features?.qualityFlags ?? [], input.policy),
    ],
    hold_reason: held?.flag ?? null,
    rationale: (held === null && explain(metadata, action, raised)) || hold(held?.why ?? 'no model answered'),
    drivers: [...metadata.drivers[action]],
  };
}

/** Flags about a trade that a HOLD does not ask for. */
const TRADE_FLAGS: ReadonlySet<string> = new Set(['session_ending', 'no_edge', 'no_lots', 'no_contract']);

function identity(input: RecommendInput) {
  const { features, exchange, target } = input;
  const { model } = input.signal.metadata;
  const timestamp = utcIso(input.timestampMs);
  const model_version = model?.version ?? null;
  const feature_set = model?.feature_set ?? null;
  const input_hash = inputHash({
    exchange,
    target,
    timestamp,
    feature_set,
    model_version,
    values: features?.values ?? null,
  });
  return {
    id: recommendationId(input.timestampMs, input_hash),
    timestamp,
    received_at: utcIso(input.receivedAtMs),
    recorded_at: utcIso(input.nowMs),
    exchange,
    target,
    model_version,
    feature_set,
    dataset_version: model?.dataset_version ?? null,
    features_summary: features === null ? {} : featuresSummary(features.names, features.values),
    input_hash,
    latency_us: input.latencyUs,
  };
}

interface Sized {
  readonly contract: Contract | null;
  readonly ownTrades: MeasuredEdge['own'];
  readonly kellyFull: number;
  readonly kellyStaked: number;
  readonly lots: number;
}

function size(input: RecommendInput): Sized {
  const { signal, policy } = input;
  const { model, probabilities } = signal.metadata;
  const action = signal.signal;
  const contract = chooseContract(action, input.chain, input.contract, input.nowMs);
  if (action === 'HOLD' || model === null || probabilities === null) {
    return { contract, ownTrades: null, kellyFull: 0, kellyStaked: 0, lots: 0 };
  }
  const edge = measuredEdge(action, model.decision, policy.kelly.min_measured_trades);
  const { full, staked } = kelly({
    probability: Math.min(winProbability(action, probabilities), edge.mostProbable),
    payoff: edge.payoff,
    ...policy.kelly,
  });
  const lots = recommendedLots({
    fraction: staked,
    accountRupees: policy.account_rupees,
    riskPerLotRupees: riskPerLot(contract, input),
    maxLots: policy.max_lots,
  });
  return { contract, ownTrades: edge.own, kellyFull: full, kellyStaked: staked, lots };
}

function riskPerLot(contract: Contract | null, { chain, stopRupees }: RecommendInput): number {
  if (contract === null || chain === null) return 0;
  return riskPerLotRupees({ premiumRupees: contract.premiumRupees, stopRupees, units: chain.lotSize });
}

function factsOf(input: RecommendInput, sized: Sized): RiskFacts {
  const { signal, features } = input;
  const { model, fault, completeness, historyMinutes } = signal.metadata;
  return {
    live: model && {
      version: model.version,
      exploratory: model.exploratory,
      measuredTrades: model.decision.trades,
    },
    modelFault: fault,
    features: features && {
      ageSeconds: (input.nowMs - input.timestampMs) / 1000,
      completeness: completeness ?? 0,
      qualityFlags: features.qualityFlags,
    },
    historyMinutes,
    breaker: input.breaker,
    session: input.session && { ...input.session, minute: minuteOfDay(input.nowMs) },
    horizonMinutes: input.horizonMinutes,
    action: signal.signal,
    ownTrades: sized.ownTrades,
    kellyFull: sized.kellyFull,
    contract: sized.contract,
    lots: sized.lots,
  };
}

/** Undefined where no model answered. */
function explain(
  { model, probabilities, regime, regimeProbabilities, drivers }: SignalMetadata,
  action: Action,
  raised: readonly RaisedFlag[],
): string | undefined {
  if (model === null || probabilities === null) return undefined;
  const sentence = rationale({
    action,
    probabilities,
    thresholds: model.decision.thresholds,
    regime,
    regimeProbabilities,
    drivers: drivers[action],
  });
  const against = raised[0];
  if (action === 'HOLD' || against === undefined) return sentence;
  return `${sentence.slice(0, -1)}; not to be executed because ${against.why}.`;
}
