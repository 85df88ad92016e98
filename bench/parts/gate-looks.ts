import type { ExecutionPolicy } from '../../shared/domain/backtest/execution-policy.ts';
import type { GateContext, Trials } from '../../shared/domain/evaluation/gate-context.ts';
import type { GatePolicy } from '../../shared/domain/evaluation/policy.ts';
import type { RuleResult } from '../../shared/domain/evaluation/rule-result.ts';
import { verdict } from '../../shared/domain/evaluation/verdict.ts';
import { moments } from '../../shared/stats/moments.ts';
import { sharpeRatio } from '../../shared/stats/sharpe-ratio.ts';
import type { Pair } from './gate-pair.ts';
import { judgedOf } from './gate-window.ts';

export type PairClass = 'refresh' | 'replace';

/** Days that a verdict looks at, and those of them that the bundle itself never saw on its first night. */
export const WINDOW_DAYS = 250;
const HELD_OUT_DAYS = 10;

/** What the gate is asked, and with which policy. */
export interface Asked {
  readonly kind: PairClass;
  readonly policy: GatePolicy;
  readonly execution: ExecutionPolicy;
}

/** Rules that a candidate failed on one night. */
export type Refusals = readonly RuleResult['rule'][];

/**
 * The whole gate on one candidate, night after night: each night has one more day and drops the oldest, and the bundle's own
 * held-out days grow. States of data, export and parity are as they should be. An empty list is a candidate let through.
 * After the first night a replacement whose difference is below what the rule sharpe asks for is not judged any further.
 */
export function looksAt(pair: Pair, nights: number, asked: Asked): Refusals[] {
  const trials = trialsAt(pair);
  return Array.from({ length: nights }, (_, night) =>
    night > 0 && asked.kind === 'replace' && differenceOf(pair, night) < asked.policy.rules.sharpe.superiority
      ? ['sharpe']
      : refusalsOf(pair, night, trials, asked),
  );
}

/** Of the two's daily Sharpe ratios, as the rule takes it. */
function differenceOf({ candidate, production }: Pair, night: number): number {
  const of = (record: Pair['candidate']) =>
    sharpeRatio(record.slice(night, night + WINDOW_DAYS).map((day) => day.dailyReturn));
  return of(candidate) - of(production);
}

function refusalsOf(pair: Pair, night: number, trials: Trials, asked: Asked): Refusals {
  const { kind, policy, execution } = asked;
  const window = { from: night, to: night + WINDOW_DAYS };
  const heldOutFrom = WINDOW_DAYS - HELD_OUT_DAYS;
  const production = { version: 'production', logic_hash: 'a'.repeat(64) };
  const candidate = {
    version: 'candidate',
    logic_hash: kind === 'refresh' ? production.logic_hash : 'c'.repeat(64),
  };
  const context: GateContext = {
    candidate: judgedOf(pair.candidate, window, heldOutFrom, candidate),
    baseline: judgedOf(pair.production, window, heldOutFrom, production),
    exploratory: false,
    trials,
    ...GOOD_STATES,
    policy,
    seed: night,
  };
  return verdict({
    ...{ context, execution, exchange: 'NSE', target: 'tb15' },
    ...{ dataset_version: '2026-01-01', evaluated_at: '2026-01-01T12:00:00.000Z' },
  }).failed as Refusals;
}

/**
 * What the ledger says: daily returns before the held-out days, and how their Sharpe ratios differ. A search draws the same
 * configurations every night, so that no others were ever tried.
 */
function trialsAt({ rivals }: Pair): Trials {
  const days = WINDOW_DAYS - HELD_OUT_DAYS;
  const returns = rivals.map((rival) => rival.subarray(0, days) as unknown as readonly number[]);
  return {
    distinct: rivals.length,
    sharpe_variance: rivals.length < 2 ? null : moments(returns.map(sharpeRatio)).standardDeviation ** 2,
    on_this_dataset: rivals.length,
    daily_returns: returns,
  };
}

const GOOD_STATES: Pick<GateContext, 'data' | 'export' | 'parity'> = {
  data: { age_sessions: 0, completeness: { pcr_total_oi: 1 }, failed_leakage_checks: [] },
  export: {
    ordinary_rows: 20_000,
    adversarial_rows: 20_000,
    leaf_mismatches: 0,
    max_probability_error: 0,
    hashes_verified: true,
  },
  parity: { rows_compared: 5000, rows_differing: 0, first_difference: null },
};
