import { seal } from '../../shared/domain/audit/leaf-hash.ts';
import type { FeatureRow } from '../../shared/domain/features/feature-row.ts';
import { type FeatureSet, featureNames } from '../../shared/domain/features/feature-set.ts';
import { type Session, sessionOf } from '../../shared/domain/market/calendar.ts';
import { lotSizeFor, strikeStepOn } from '../../shared/domain/market/contract.ts';
import type { ContractPolicy } from '../../shared/domain/market/contract-policy.ts';
import type { ExchangeRules, ExchangesRules } from '../../shared/domain/market/exchange-rules.ts';
import { epochMs, MINUTE_MS, sessionDate } from '../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { horizonMinutes } from '../../shared/domain/outcomes/horizon.ts';
import type { TradedChain } from '../../shared/domain/scoring/contract.ts';
import type { GivenAs } from '../../shared/domain/scoring/given-state.ts';
import type { Sha256 } from '../../shared/domain/scoring/input-hash.ts';
import { recommend } from '../../shared/domain/scoring/recommend.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import type { RiskPolicy } from '../../shared/domain/scoring/risk-policy.ts';
import type { ScoredSignal } from '../../shared/domain/scoring/signal.ts';
import { NotFound } from '../../shared/errors.ts';
import type { OnlineWindow } from '../../shared/ports/online-window.ts';
import type { AccountNow } from './account-now.ts';
import { type LastOfChain, lastOfChain } from './traded-chain.ts';

export interface RecommendPorts {
  readonly window: Pick<OnlineWindow, 'lastMinute'>;
  /** Milliseconds of a clock that only runs forward. */
  readonly stopwatchMs: () => number;
  readonly account: AccountNow;
  readonly rules: ExchangesRules;
  /** Which contract a signal trades, and at what loss a unit its position is closed. */
  readonly execution: { readonly contracts: ContractPolicy; readonly stop_rupees: number | null };
  readonly policy: RiskPolicy;
  /** SHA-256 where the platform has a faster one: an answer is hashed twice. */
  readonly sha256?: Sha256 | undefined;
}

/** A signal, and what it was given on. */
export interface SignalToRecommend {
  readonly exchange: Exchange;
  readonly target: string;
  readonly signal: ScoredSignal;
  /** The feature set of the model that was asked. */
  readonly set: FeatureSet;
  /** The vector that was scored; undefined when there was none. */
  readonly vector: FeatureRow | undefined;
  /** How it was posted; undefined for one that the loop itself made and keeps. */
  readonly given: GivenAs | undefined;
  readonly nowMs: number;
  readonly latencyUs: number;
}

/** Turns a signal into a sealed recommendation: risk facts, traded chain, size. Writes nothing. */
export function recommendSignal(ports: RecommendPorts) {
  const lastOf = lastOfChain(ports);
  return async (asked: SignalToRecommend): Promise<Recommendation> => {
    const { exchange, target, signal, set, vector, given, nowMs, latencyUs } = asked;
    const timestampMs = vector === undefined ? nowMs : epochMs(vector.timestamp);
    const [totals, chain] = await Promise.all([
      ports.account(exchange, nowMs),
      tradedChain(ports, lastOf, { exchange, timestampMs, nowMs }),
    ]);
    return seal(
      recommend({
        exchange,
        target,
        timestampMs,
        receivedAtMs: vector === undefined ? nowMs : epochMs(vector.received_at),
        nowMs,
        latencyUs,
        signal,
        features: vector === undefined ? null : scoredFeatures(set, vector),
        given,
        session: sessionAt(nowMs, ports.rules[exchange]),
        // A model whose target names no horizon is refused here, as its outcomes are; without a model nothing is held.
        horizonMinutes: signal.metadata.model === null ? 0 : horizonMinutes(target),
        account: totals(chain),
        chain,
        contract: ports.execution.contracts[exchange],
        stopRupees: ports.execution.stop_rupees,
        policy: ports.policy,
        sha256: ports.sha256,
      }),
      ports.sha256,
    );
  };
}

function scoredFeatures(set: FeatureSet, { values, quality_flags }: FeatureRow) {
  return { names: featureNames(set), values, qualityFlags: quality_flags };
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

interface Asked {
  readonly exchange: Exchange;
  readonly timestampMs: number;
  readonly nowMs: number;
}

/** The traded chain's last minute by then. None, and the answer is flagged: a chain is never a reason not to answer. */
async function tradedChain(
  { execution, rules }: RecommendPorts,
  lastOf: LastOfChain,
  { exchange, timestampMs, nowMs }: Asked,
): Promise<TradedChain | null> {
  const { chain, max_age_seconds } = execution.contracts[exchange];
  const fromMs = timestampMs - max_age_seconds * 1000 - MINUTE_MS;
  const snapshot = await lastOf({ chain, timestampMs, nowMs });
  if (snapshot === undefined || epochMs(snapshot.timestamp) < fromMs) return null;
  return orUnknown(() => ({
    snapshot,
    strikeStep: strikeStepOn(sessionDate(timestampMs), rules[chain]),
    lotSize: lotSizeFor(snapshot.expiry, rules[chain]),
  }));
}
