import type { Session } from '../market/calendar.ts';
import type { ContractChoice } from '../market/contract-policy.ts';
import { minuteOfDay, utcIso } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';
import type { AccountTotals } from '../risk/account-totals.ts';
import { contractDelta } from '../risk/contract-delta.ts';
import { kelly } from '../risk/kelly.ts';
import { recommendedLots } from '../risk/lots.ts';
import { riskPerLotRupees } from '../risk/risk-per-lot.ts';
import { weightOf } from '../risk/totals.ts';
import { type VolatilityScale, volatilityForecast, volatilityScale } from '../risk/volatility-target.ts';
import { type Contract, chooseContract, type TradedChain } from './contract.ts';
import { featuresSummary } from './features-summary.ts';
import { givenOf } from './given.ts';
import type { GivenAs } from './given-state.ts';
import { inputHash, type Sha256 } from './input-hash.ts';
import { liveCap } from './live-cap.ts';
import { type MeasuredEdge, measuredEdge } from './measured-edge.ts';
import { hold, rationale } from './rationale.ts';
import { type Action, type RiskSeen, TRADE_FLAGS, type UnsealedRecommendation } from './recommendation.ts';
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
  /** How the row was posted; left out for a row that the loop itself made and keeps. */
  readonly given?: GivenAs | undefined;
  /** The exchange's session on the day of `nowMs`; null when there is none, or the calendar does not know. */
  readonly session: Session | null;
  /** Minutes that the target's position is held. */
  readonly horizonMinutes: number;
  /** What the session has brought so far, and whether somebody halted it. */
  readonly account: AccountTotals;
  /** The chain that `contract` names; null when none was seen of late, or its terms are unknown. */
  readonly chain: TradedChain | null;
  readonly contract: ContractChoice;
  /** Premium a unit at which a loss is cut (`config/execution`); null: all of it may be lost. */
  readonly stopRupees: number | null;
  readonly policy: RiskPolicy;
  /** SHA-256 where the platform has a faster one. */
  readonly sha256?: Sha256 | undefined;
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
    risk: { ...input.account, proposal: acting ? sized.proposal : null, volatility: sized.volatility },
    risk_flags: [
      ...raised.filter((one) => acting || !isTradeFlag(one.flag)).map((one) => one.flag),
      ...blockingFlags(input.features?.qualityFlags ?? [], input.policy),
    ],
    hold_reason: held?.flag ?? null,
    rationale: (held === null && explain(metadata, action, raised)) || hold(held?.why ?? 'no model answered'),
    drivers: [...metadata.drivers[action]],
  };
}

function isTradeFlag(flag: string): boolean {
  return (TRADE_FLAGS as readonly string[]).includes(flag);
}

function identity(input: RecommendInput) {
  const { features, exchange, target, given } = input;
  const { model, before } = input.signal.metadata;
  const timestamp = utcIso(input.timestampMs);
  const model_version = model?.version ?? null;
  const feature_set = model?.feature_set ?? null;
  const values = features?.values ?? null;
  const regime = given === 'window' ? (before ?? undefined) : undefined;
  const hashed = { exchange, target, timestamp, feature_set, model_version, values, regime };
  const input_hash = inputHash(hashed, input.sha256);
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
    ...(given === undefined || features === null ? {} : givenOf(given, features, before)),
    backend: input.signal.metadata.backend,
    backend_fault: input.signal.metadata.backendFault,
    latency_us: input.latencyUs,
  };
}

interface Sized {
  readonly contract: Contract | null;
  readonly ownTrades: MeasuredEdge['own'];
  readonly kellyFull: number;
  readonly kellyStaked: number;
  readonly lots: number;
  readonly proposal: RiskSeen['proposal'];
  readonly volatility: VolatilityScale;
}

function size(input: RecommendInput): Sized {
  const { signal, policy } = input;
  const { model, probabilities } = signal.metadata;
  const action = signal.signal;
  const contract = chooseContract(action, input.chain, input.contract, input.nowMs);
  const volatility = volatilityScale(
    volatilityForecast(input.features, input.chain?.snapshot.vix ?? null),
    policy.volatility.target,
  );
  if (action === 'HOLD' || model === null || probabilities === null) {
    return { contract, ownTrades: null, kellyFull: 0, kellyStaked: 0, lots: 0, proposal: null, volatility };
  }
  const edge = measuredEdge(action, model.decision, policy.kelly.min_measured_trades);
  const live = liveCap(input.account.live_record, model.version, policy.kelly.min_measured_trades);
  const { full, staked: unscaled } = kelly({
    probability: Math.min(winProbability(action, probabilities), edge.mostProbable, live.mostProbable),
    payoff: edge.payoff,
    mostFull: live.mostKelly,
    ...policy.kelly,
  });
  const staked = unscaled * volatility.scale;
  const lots = recommendedLots({
    fraction: staked,
    accountRupees: policy.account_rupees,
    riskPerLotRupees: riskPerLot(contract, input),
    maxLots: policy.max_lots,
  });
  const proposal = proposalOf(contract, lots, input);
  return { contract, ownTrades: edge.own, kellyFull: full, kellyStaked: staked, lots, proposal, volatility };
}

/** What the position would add to the account; null without a contract. */
function proposalOf(contract: Contract | null, lots: number, input: RecommendInput): RiskSeen['proposal'] {
  const { chain, policy } = input;
  if (contract === null || chain === null) return null;
  const delta = contractDelta(chain.snapshot, contract.symbol)?.delta ?? null;
  const units = lots * chain.lotSize;
  const position = { symbol: contract.symbol, side: 'BUY' as const, units, delta };
  const priced = { price_rupees: contract.premiumRupees, underlying: chain.snapshot.underlying_price };
  const weight = weightOf({ ...position, ...priced }, { shortMargin: policy.short_margin });
  return { delta, units, delta_rupees: weight.delta_rupees, exposure_rupees: weight.exposure_rupees };
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
    account: input.account,
    nowMs: input.nowMs,
    session: input.session && { ...input.session, minute: minuteOfDay(input.nowMs) },
    horizonMinutes: input.horizonMinutes,
    action: signal.signal,
    confidence: signal.confidence,
    proposal: sized.proposal && {
      deltaRupees: sized.proposal.delta_rupees,
      exposureRupees: sized.proposal.exposure_rupees,
    },
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
