import type { ExecutionPolicy } from '../backtest/execution-policy.ts';
import { type Execution, type RestsOn, type StatedOptions, statedOptions } from './execution.ts';
import { type CandidateClass, candidateClass, type GateContext, type Judged } from './gate-context.ts';
import type { EvidencePolicy, GateRulesPolicy } from './policy.ts';
import type { GateRule, RuleResult } from './rule-result.ts';
import { calibrationError } from './rules/calibration-error.ts';
import { dataFreshAndComplete } from './rules/data-fresh-and-complete.ts';
import { deflatedSharpe } from './rules/deflated-sharpe.ts';
import { drawdownBounded } from './rules/drawdown-bounded.ts';
import { enoughEvidence } from './rules/enough-evidence.ts';
import { exportExact } from './rules/export-exact.ts';
import { f1Holds } from './rules/f1-holds.ts';
import { featureParity } from './rules/feature-parity.ts';
import { hitRateHolds } from './rules/hit-rate-holds.ts';
import { overfittingProbability } from './rules/overfitting-probability.ts';
import { precisionAtTopK } from './rules/precision-at-top-k.ts';
import { sharpe } from './rules/sharpe.ts';
import { type Trading, tradingOf } from './trading-summary.ts';
import { type Windows, windowsOf } from './windows.ts';

/** In the order of GATE_RULES; a test holds the two together. */
const RULES: readonly GateRule[] = [
  sharpe,
  drawdownBounded,
  hitRateHolds,
  f1Holds,
  precisionAtTopK,
  calibrationError,
  deflatedSharpe,
  overfittingProbability,
  enoughEvidence,
  dataFreshAndComplete,
  exportExact,
  featureParity,
];

/** What the verdict was made on; everything a reader needs to make it again. */
export interface VerdictInput {
  readonly context: GateContext;
  readonly exchange: string;
  readonly target: string;
  readonly dataset_version: string;
  /** UTC, from the caller's clock. */
  readonly evaluated_at: string;
  readonly execution: Execution;
}

/** Numbers of one bundle that a reader compares. */
export interface VerdictSummary {
  readonly version: string;
  readonly held_out_sessions: readonly string[];
  readonly out_of_sample_sessions: readonly string[];
  readonly trades: number;
  readonly total_return: number;
  readonly daily_sharpe: number | null;
  readonly annual_sharpe: number | null;
  readonly hit_rate: number | null;
  readonly payoff: number | null;
  readonly max_drawdown: number;
  readonly f1: number | null;
  readonly precision_at_top_k: number | null;
  readonly held_out_ece: number | null;
  /** All out-of-sample sessions, traded in options and in the underlying; what the rules rest on is above. */
  readonly trading: Trading;
}

/** The gate's verdict on one bundle, rule by rule; bound to the bundle by its hash. */
export interface Verdict {
  readonly schema: 1;
  readonly exchange: string;
  readonly target: string;
  readonly version: string;
  readonly bundle_hash: string;
  readonly dataset_version: string;
  readonly candidate_class: CandidateClass;
  readonly baseline_version: string | null;
  readonly evaluated_at: string;
  readonly profile: string;
  readonly profile_note: string | null;
  readonly seed: number;
  /** The trade in the underlying. */
  readonly execution: ExecutionPolicy;
  /** The trade in options; null where none was judged. */
  readonly options: StatedOptions | null;
  /** Which of the two the rules rest on. */
  readonly rests_on: RestsOn;
  /** Session by session whose answers were judged, and where production's come from. */
  readonly windows: Windows;
  /** The thresholds that it was made with, those of the exchange among them. */
  readonly thresholds: { readonly rules: GateRulesPolicy; readonly evidence: EvidencePolicy };
  readonly pass: boolean;
  readonly failed: readonly string[];
  readonly not_applicable: readonly string[];
  readonly rules: readonly RuleResult[];
  readonly candidate: VerdictSummary;
  readonly baseline: VerdictSummary | null;
}

/**
 * Judges a candidate by every rule. It passes when no rule fails; a rule that does not apply is listed, not passed.
 * Same input, same verdict. Example: `verdict({ context, exchange: 'NSE', ... }).failed`.
 */
export function verdict(input: VerdictInput): Verdict {
  const { context } = input;
  const { options = null, ...underlying } = input.execution;
  const windows = windowsOf(context);
  const rules = RULES.map((rule) => rule(context));
  const failed = rules.filter((result) => result.pass === false).map((result) => result.rule);
  return {
    schema: 1,
    exchange: input.exchange,
    target: input.target,
    version: context.candidate.version,
    bundle_hash: context.candidate.bundle_hash,
    dataset_version: input.dataset_version,
    candidate_class: candidateClass(context),
    baseline_version: context.baseline?.version ?? null,
    evaluated_at: input.evaluated_at,
    profile: context.policy.profile,
    profile_note: context.policy.note,
    seed: context.seed,
    execution: underlying,
    options: statedOptions(
      options,
      windows.sessions.map(({ session }) => session),
    ),
    rests_on: options === null ? 'underlying' : 'options',
    windows,
    thresholds: { rules: context.policy.rules, evidence: context.policy.evidence },
    pass: failed.length === 0,
    failed,
    not_applicable: rules.filter((result) => result.pass === null).map((result) => result.rule),
    rules,
    candidate: summary(context.candidate),
    baseline: context.baseline === null ? null : summary(context.baseline),
  };
}

function summary({ version, held_out, all }: Judged): VerdictSummary {
  const { metrics } = all.backtest;
  return {
    version,
    held_out_sessions: held_out.backtest.days.map((day) => day.session),
    out_of_sample_sessions: all.backtest.days.map((day) => day.session),
    trades: metrics.trades,
    total_return: metrics.total_return,
    daily_sharpe: metrics.daily_sharpe,
    annual_sharpe: metrics.annual_sharpe,
    hit_rate: metrics.hit_rate,
    payoff: metrics.payoff,
    max_drawdown: metrics.max_drawdown,
    f1: all.f1,
    precision_at_top_k: all.precision_at_top_k,
    held_out_ece: held_out.calibration?.ece ?? null,
    trading: tradingOf(all),
  };
}
