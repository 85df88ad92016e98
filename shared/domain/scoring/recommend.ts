import type { Session } from '../market/calendar.ts';
import type { ContractChoice } from '../market/contract-policy.ts';
import { minuteOfDay, utcIso } from '../market/indian-time.ts';
import type { Exchange } from '../market/snapshot.ts';
import { kelly } from '../risk/kelly.ts';
import { recommendedLots } from '../risk/lots.ts';
import { riskPerLotRupees } from '../risk/risk-per-lot.ts';
import { type Contract, chooseContract, type TradedChain } from './contract.ts';
import { type Decided, type Decision, decide } from './decide.ts';
import { topDrivers } from './drivers.ts';
import { featuresSummary } from './features-summary.ts';
import { inputHash } from './input-hash.ts';
import { type MeasuredEdge, measuredEdge } from './measured-edge.ts';
import { hold, rationale } from './rationale.ts';
import type { Action, Driver, Probabilities, UnsealedRecommendation } from './recommendation.ts';
import { recommendationId } from './recommendation-id.ts';
import type { ReferenceProfile } from './reference.ts';
import { blockingFlags } from './risk-flags/bad-data-quality.ts';
import type { RaisedFlag, RiskFacts } from './risk-flags/facts.ts';
import { holdReason, riskFlags } from './risk-flags.ts';
import type { RiskPolicy } from './risk-policy.ts';
import { winProbability } from './win-probability.ts';

/** What is live, as far as an answer depends on it. */
export interface LiveModel {
  readonly version: string;
  readonly feature_set: string;
  readonly dataset_version: string;
  readonly exploratory: boolean;
  readonly decision: Decision;
  readonly reference: ReferenceProfile;
}

/** The feature row to answer on; values in the feature set's order, NaN where missing. */
export interface ScoredFeatures {
  readonly names: readonly string[];
  readonly values: ArrayLike<number>;
  readonly qualityFlags: readonly string[];
}

/** What the bundle computed. Contributions (SHAP) are aligned with `inputNames` and `inputs`. */
export interface ModelOutput {
  readonly probabilities: Probabilities;
  readonly regimeProbabilities: readonly number[];
  readonly inputNames: readonly string[];
  readonly inputs: ArrayLike<number>;
  readonly contributions: Readonly<Record<Action, ArrayLike<number>>>;
  /** How they were found; exact when left out. */
  readonly method?: 'exact' | 'permutation' | undefined;
}

export interface RecommendInput {
  readonly exchange: Exchange;
  readonly target: string;
  /** Of the snapshot at the exchange, and when the tracker had it. */
  readonly timestampMs: number;
  readonly receivedAtMs: number;
  /** Our clock. */
  readonly nowMs: number;
  readonly latencyUs: number;
  readonly live: LiveModel | null;
  /** Why the live bundle cannot be used; null when it can, or when nothing is live. */
  readonly modelFault: string | null;
  readonly features: ScoredFeatures | null;
  readonly historyMinutes: number;
  /** The exchange's session on the day of `nowMs`; null when there is none, or the calendar does not know. */
  readonly session: Session | null;
  /** Minutes that the target's position is held. */
  readonly horizonMinutes: number;
  /** Null when the model was not, or could not be, asked. */
  readonly output: ModelOutput | null;
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
  const decided = decideFrom(input);
  const sized = size(input, decided.action);
  const raised = riskFlags(factsOf(input, decided.action, sized), input.policy);
  const held = holdReason(raised);
  const action = held === null ? decided.action : 'HOLD';
  const acting = action !== 'HOLD';
  const drivers = driversOf(input, action);
  const { output, live } = input;
  return {
    ...identity(input),
    symbol: acting ? (sized.contract?.symbol ?? null) : null,
    action,
    confidence: action === decided.action ? decided.confidence : (output?.probabilities.hold ?? 0),
    probabilities: output?.probabilities ?? null,
    regime: regimeOf(output),
    regime_probabilities: [...(output?.regimeProbabilities ?? [])],
    kelly_fraction: acting ? sized.kellyStaked : 0,
    kelly_full: acting ? sized.kellyFull : 0,
    recommended_lots: acting ? sized.lots : 0,
    execute: acting && raised.length === 0,
    risk_flags: [
      ...raised.filter((one) => acting || !TRADE_FLAGS.has(one.flag)).map((one) => one.flag),
      ...blockingFlags(input.features?.qualityFlags ?? [], input.policy),
    ],
    hold_reason: held?.flag ?? null,
    rationale:
      held === null && output !== null && live !== null
        ? explain(output, live, action, drivers, raised)
        : hold(held?.why ?? 'no model answered'),
    drivers,
  };
}

/** Flags about a trade that a HOLD does not ask for. */
const TRADE_FLAGS: ReadonlySet<string> = new Set(['session_ending', 'no_edge', 'no_lots', 'no_contract']);

function identity(input: RecommendInput) {
  const { live, features, exchange, target } = input;
  const timestamp = utcIso(input.timestampMs);
  const model_version = live?.version ?? null;
  const feature_set = live?.feature_set ?? null;
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
    dataset_version: live?.dataset_version ?? null,
    features_summary: features === null ? {} : featuresSummary(features.names, features.values),
    input_hash,
    latency_us: input.latencyUs,
  };
}

function decideFrom({ live, output }: RecommendInput): Decided {
  if (live === null || output === null) return { action: 'HOLD', confidence: 0 };
  return decide({ probabilities: output.probabilities, thresholds: live.decision.thresholds });
}

interface Sized {
  readonly contract: Contract | null;
  readonly ownTrades: MeasuredEdge['own'];
  readonly kellyFull: number;
  readonly kellyStaked: number;
  readonly lots: number;
}

function size(input: RecommendInput, action: Action): Sized {
  const { live, output, policy } = input;
  const contract = chooseContract(action, input.chain, input.contract, input.nowMs);
  if (action === 'HOLD' || live === null || output === null) {
    return { contract, ownTrades: null, kellyFull: 0, kellyStaked: 0, lots: 0 };
  }
  const edge = measuredEdge(action, live.decision, policy.kelly.min_measured_trades);
  const { full, staked } = kelly({
    probability: Math.min(winProbability(action, output.probabilities), edge.mostProbable),
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

function factsOf(input: RecommendInput, action: Action, sized: Sized): RiskFacts {
  const { live, features } = input;
  return {
    live: live && {
      version: live.version,
      exploratory: live.exploratory,
      measuredTrades: live.decision.trades,
    },
    modelFault: input.modelFault,
    features: features && {
      ageSeconds: (input.nowMs - input.timestampMs) / 1000,
      completeness: completeness(features.values, live?.reference),
      qualityFlags: features.qualityFlags,
    },
    historyMinutes: input.historyMinutes,
    breaker: input.breaker,
    session: input.session && { ...input.session, minute: minuteOfDay(input.nowMs) },
    horizonMinutes: input.horizonMinutes,
    action,
    ownTrades: sized.ownTrades,
    kellyFull: sized.kellyFull,
    contract: sized.contract,
    lots: sized.lots,
  };
}

/**
 * Share of values that are not NaN, each feature counted as often as training had a value of it: one that was always
 * missing is not missed. Without a reference all count alike; none give 0.
 * Example: `completeness([1, NaN], reference)` is 1 when the second was missing in every training row.
 */
export function completeness(values: ArrayLike<number>, reference?: ReferenceProfile): number {
  let [known, expected] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = 1 - (reference?.features[i]?.missing ?? 0);
    expected += weight;
    if (!Number.isNaN(values[i])) known += weight;
  }
  return expected === 0 ? 0 : known / expected;
}

function driversOf({ live, output }: RecommendInput, action: Action): Driver[] {
  if (live === null || output === null) return [];
  const { contributions, inputNames, inputs, method } = output;
  const drivers = topDrivers(contributions[action], inputNames, inputs, live.reference);
  return method === 'permutation' ? drivers.map((driver) => ({ ...driver, method })) : drivers;
}

function regimeOf(output: ModelOutput | null): number | null {
  const probabilities = output?.regimeProbabilities ?? [];
  return probabilities.length === 0 ? null : probabilities.indexOf(Math.max(...probabilities));
}

function explain(
  output: ModelOutput,
  live: LiveModel,
  action: Action,
  drivers: readonly Driver[],
  raised: readonly RaisedFlag[],
): string {
  const sentence = rationale({
    action,
    probabilities: output.probabilities,
    thresholds: live.decision.thresholds,
    regime: regimeOf(output),
    regimeProbabilities: output.regimeProbabilities,
    drivers,
  });
  const against = raised[0];
  if (action === 'HOLD' || against === undefined) return sentence;
  return `${sentence.slice(0, -1)}; not to be executed because ${against.why}.`;
}
