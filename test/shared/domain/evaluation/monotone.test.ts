import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import file from '../../../../config/gate.json' with { type: 'json' };
import { gatePolicy, parseGate } from '../../../../shared/config/gate.ts';
import type { GateRule } from '../../../../shared/domain/evaluation/rule-result.ts';
import { calibrationError } from '../../../../shared/domain/evaluation/rules/calibration-error.ts';
import { drawdownBounded } from '../../../../shared/domain/evaluation/rules/drawdown-bounded.ts';
import { enoughEvidence } from '../../../../shared/domain/evaluation/rules/enough-evidence.ts';
import { f1Holds } from '../../../../shared/domain/evaluation/rules/f1-holds.ts';
import { hitRateHolds } from '../../../../shared/domain/evaluation/rules/hit-rate-holds.ts';
import { precisionAtTopK } from '../../../../shared/domain/evaluation/rules/precision-at-top-k.ts';
import { CALIBRATED, gateCase, judged, production } from './gate-case.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
type Change = Parameters<typeof judged>[0];

/** A rule that lets a worse candidate through where it refused a better one is broken. */
describe('worse never passes where better failed', () => {
  const rules: readonly (readonly [string, GateRule, (worse: number) => Change])[] = [
    ['drawdown-bounded', drawdownBounded, (worse) => ({ metrics: { max_drawdown: worse } })],
    ['hit-rate-holds', hitRateHolds, (worse) => ({ metrics: { hit_rate: 1 - worse } })],
    ['f1-holds', f1Holds, (worse) => ({ f1: 1 - worse })],
    ['precision-at-top-k', precisionAtTopK, (worse) => ({ precision_at_top_k: 1 - worse })],
    ['calibration-error', calibrationError, (worse) => ({ calibration: { ...CALIBRATED, ece: worse } })],
    ['enough-evidence', enoughEvidence, (worse) => ({ effective_samples: 2000 * (1 - worse) })],
  ];
  test.each(rules)('%s', (_name, rule, candidateOf) => {
    fc.assert(
      fc.property(unit, unit, fc.boolean(), (a, b, live) => {
        const baseline = live ? production() : null;
        const pass = (worse: number) =>
          rule(gateCase({ candidate: judged(candidateOf(worse)), baseline })).pass;
        if (pass(Math.max(a, b)) === true) expect(pass(Math.min(a, b))).toBe(true);
      }),
    );
  });
  test.each(rules)('%s can pass and can fail', (_name, rule, candidateOf) => {
    expect(rule(gateCase({ candidate: judged(candidateOf(0)) })).pass).toBe(true);
    expect(rule(gateCase({ candidate: judged(candidateOf(1)) })).pass).toBe(false);
  });
});

describe('config/gate.json', () => {
  test('a profile may lower evidence floors, never raise a rule', () => {
    const { evidence } = gatePolicy('demo');
    for (const [key, floor] of Object.entries(gatePolicy().evidence)) {
      expect(evidence[key as keyof typeof evidence]).toBeLessThanOrEqual(floor);
    }
  });
  test('a profile that touches a rule is refused', () => {
    const touching = { ...file.profiles.demo, rules: { deflated_sharpe: { floor: 0 } } };
    expect(() => parseGate({ ...file, profiles: { demo: touching } }, 'demo')).toThrow('profiles.demo');
  });
  test('a profile must say what it is', () =>
    expect(() =>
      parseGate({ ...file, profiles: { demo: { ...file.profiles.demo, note: '' } } }, 'demo'),
    ).toThrow('profiles.demo.note'));
  test('a threshold out of range is refused by key', () => {
    const rules = { ...file.rules, deflated_sharpe: { floor: 95 } };
    expect(() => parseGate({ ...file, rules }, 'default')).toThrow(
      /rules\.deflated_sharpe\.floor: .* was 95/,
    );
  });
});
