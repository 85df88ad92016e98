import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { executionConfig } from '../../../../../shared/config/execution.ts';
import type { GateContext } from '../../../../../shared/domain/evaluation/gate-context.ts';
import { GATE_RULES, type GateRuleId } from '../../../../../shared/domain/evaluation/rule-result.ts';
import { verdict } from '../../../../../shared/domain/evaluation/verdict.ts';
import { CALIBRATED, EARNING, gateCase, judged, LOSING } from '../gate-case.ts';

const good = gateCase();
const steady = EARNING.map((value, day) => value + (day % 2 === 0 ? 0.001 : -0.001));
/** Four trials on one dataset; the first of them the best on every day, or none of them any good. */
const trials = (daily_returns: readonly (readonly number[])[]) => ({
  ...{ distinct: 4, sharpe_variance: null, on_this_dataset: 4, daily_returns },
});
const planted = [steady, ...[1, 2, 3].map((lag) => steady.map((_, day) => LOSING[(day + lag) % 80]!))];
const turning = [0, 1, 2, 3].map((own) =>
  EARNING.map((value, day) => (Math.floor(day / 5) % 4 === own ? 0.01 : -0.003) + value / 10),
);

/** What each rule lets through and what it refuses, of what it looks at. */
const EXAMPLES: Readonly<Record<GateRuleId, { passes: GateContext; fails: GateContext }>> = {
  sharpe: { passes: good, fails: gateCase({ candidate: judged({ returns: LOSING }) }) },
  'drawdown-bounded': {
    passes: good,
    fails: gateCase({ candidate: judged({ metrics: { max_drawdown: 0.4 } }) }),
  },
  'hit-rate-holds': { passes: good, fails: gateCase({ candidate: judged({ metrics: { hit_rate: 0.2 } }) }) },
  'f1-holds': { passes: good, fails: gateCase({ candidate: judged({ f1: 0.1 }) }) },
  'precision-at-top-k': { passes: good, fails: gateCase({ candidate: judged({ precision_at_top_k: 0.1 }) }) },
  'calibration-error': {
    passes: good,
    fails: gateCase({ candidate: judged({ calibration: { ...CALIBRATED, ece: 0.5 } }) }),
  },
  'deflated-sharpe': { passes: good, fails: gateCase({ candidate: judged({ returns: LOSING }) }) },
  'overfitting-probability': {
    passes: gateCase({ trials: trials(planted) }),
    fails: gateCase({ trials: trials(turning) }),
  },
  'enough-evidence': { passes: good, fails: gateCase({ exploratory: true }) },
  'data-fresh-and-complete': {
    passes: good,
    fails: gateCase({ data: { ...good.data, age_sessions: 9 } }),
  },
  'export-exact': { passes: good, fails: gateCase({ export: { ...good.export, leaf_mismatches: 1 } }) },
  'feature-parity': {
    passes: good,
    fails: gateCase({ parity: { rows_compared: 5000, rows_differing: 1, first_difference: 'one' } }),
  },
};

function judgement(rule: GateRuleId, context: GateContext) {
  const { rules, failed } = verdict({
    context,
    ...{
      exchange: 'NSE',
      target: 'tb15',
      dataset_version: '2026-03-02',
      execution: executionConfig().backtest,
    },
    evaluated_at: '2026-03-02T12:00:00.000Z',
  });
  return { ...rules.find((one) => one.rule === rule)!, failed };
}

describe.each(GATE_RULES)('%s', (rule) => {
  it('lets through what is good, and says why', () => {
    const { pass, why, failed } = judgement(rule, EXAMPLES[rule].passes);
    expect(pass).toBe(true);
    expect(failed).not.toContain(rule);
    expect(why.length).toBeGreaterThan(20);
  });
  it('refuses what is not, by its own name, and says why', () => {
    const { pass, why, failed } = judgement(rule, EXAMPLES[rule].fails);
    expect(pass).toBe(false);
    expect(failed).toContain(rule);
    expect(why.length).toBeGreaterThan(20);
  });
});

it('has one file for each rule, named as it is', () => {
  const folder = join(import.meta.dirname, '../../../../../shared/domain/evaluation/rules');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(GATE_RULES.map((rule) => `${rule}.ts`)));
});
