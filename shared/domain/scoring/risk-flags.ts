import type { HoldReason, RiskFlag } from './recommendation.ts';
import { HOLD_REASONS } from './recommendation.ts';
import { badDataQuality } from './risk-flags/bad-data-quality.ts';
import { breakerOpen } from './risk-flags/breaker-open.ts';
import { cooldown } from './risk-flags/cooldown.ts';
import { driftBlocked } from './risk-flags/drift-blocked.ts';
import { exploratoryBundle } from './risk-flags/exploratory-bundle.ts';
import { exposure } from './risk-flags/exposure.ts';
import type { RaisedFlag, RiskFacts, RiskRule } from './risk-flags/facts.ts';
import { incompleteFeatures } from './risk-flags/incomplete-features.ts';
import { insufficientHistory } from './risk-flags/insufficient-history.ts';
import { netDelta } from './risk-flags/net-delta.ts';
import { noContract } from './risk-flags/no-contract.ts';
import { noEdge } from './risk-flags/no-edge.ts';
import { noLiveModel } from './risk-flags/no-live-model.ts';
import { noLots } from './risk-flags/no-lots.ts';
import { openPositions } from './risk-flags/open-positions.ts';
import { sessionDrawdown } from './risk-flags/session-drawdown.ts';
import { sessionEnding } from './risk-flags/session-ending.ts';
import { staleFeatures } from './risk-flags/stale-features.ts';
import { tradingHalted } from './risk-flags/trading-halted.ts';
import { unusableModel } from './risk-flags/unusable-model.ts';
import type { RiskPolicy } from './risk-policy.ts';

/** In the order in which a HOLD names its reason. */
const RULES: Readonly<Record<RiskFlag, RiskRule>> = {
  no_live_model: noLiveModel,
  unusable_model: unusableModel,
  exploratory_bundle: exploratoryBundle,
  insufficient_history: insufficientHistory,
  stale_features: staleFeatures,
  incomplete_features: incompleteFeatures,
  trading_halted: tradingHalted,
  breaker_open: breakerOpen,
  session_drawdown: sessionDrawdown,
  drift_blocked: driftBlocked,
  bad_data_quality: badDataQuality,
  session_ending: sessionEnding,
  no_edge: noEdge,
  no_lots: noLots,
  no_contract: noContract,
  open_positions: openPositions,
  cooldown,
  net_delta: netDelta,
  exposure,
};

/** Every risk rule that does not agree, with its reason. None, and an action other than HOLD may be executed. */
export function riskFlags(facts: RiskFacts, policy: RiskPolicy): RaisedFlag[] {
  return (Object.keys(RULES) as RiskFlag[]).flatMap((flag) => {
    const why = RULES[flag](facts, policy);
    return why === null ? [] : [{ flag, why }];
  });
}

/** The first flag that forbids asking the model at all; null when it may answer. */
export function holdReason(raised: readonly RaisedFlag[]): (RaisedFlag & { flag: HoldReason }) | null {
  const holds = (one: RaisedFlag): one is RaisedFlag & { flag: HoldReason } =>
    (HOLD_REASONS as readonly string[]).includes(one.flag);
  return raised.find(holds) ?? null;
}
