import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderChart } from '../../../../shared/adapters/vega/render-chart.ts';
import { marginChart } from '../../../../shared/domain/evaluation/margin-chart.ts';
import { ruleMargin } from '../../../../shared/domain/evaluation/rule-margins.ts';
import { GATE_RULES, type RuleResult } from '../../../../shared/domain/evaluation/rule-result.ts';

const judged = (change: Partial<RuleResult>): RuleResult => ({
  ...{ rule: 'drawdown-bounded', pass: true, candidate: 0.02, baseline: null, threshold: 0.1, why: '' },
  ...change,
});

describe('the margin of a rule', () => {
  it('under a cap is what is left of it, and is cut at the rule’s scale', () => {
    const { sense, margin, share } = ruleMargin(judged({}));
    expect(sense).toBe('at most');
    expect(margin).toBeCloseTo(0.08, 12);
    expect(share).toBe(1);
  });
  it('above a floor is what is beyond it', () => {
    const { margin, share } = ruleMargin(
      judged({ rule: 'deflated-sharpe', candidate: 0.96, threshold: 0.95 }),
    );
    expect(margin).toBeCloseTo(0.01, 12);
    expect(share).toBeCloseTo(0.2, 12);
  });
  it('is negative on the bad side', () => {
    expect(ruleMargin(judged({ candidate: 0.11 })).margin).toBeCloseTo(-0.01, 12);
    expect(ruleMargin(judged({ rule: 'f1-holds', candidate: 0, threshold: 1 })).share).toBe(-1);
  });
  it('of a rule that counts against its own threshold is a share of that', () =>
    expect(ruleMargin(judged({ rule: 'enough-evidence', candidate: 90, threshold: 60 })).share).toBe(0.5));
  it('is nothing without a number, and none at a threshold of 0 that is met', () => {
    expect(ruleMargin(judged({ candidate: null }))).toMatchObject({ margin: null, share: null });
    expect(ruleMargin(judged({ rule: 'export-exact', candidate: 0, threshold: 0 })).share).toBe(0);
  });
  it('has the sign of the rule’s own judgement where a rule is its number alone', () => {
    const simple = ['hit-rate-holds', 'f1-holds', 'precision-at-top-k', 'deflated-sharpe'] as const;
    const number = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...simple), number, number, (rule, candidate, threshold) => {
        const { margin } = ruleMargin(judged({ rule, candidate, threshold }));
        expect((margin as number) >= 0).toBe(candidate >= threshold);
      }),
    );
  });
});

describe('the picture of all margins', () => {
  it('names every rule and says its margin, with or without a number', async () => {
    const rules = GATE_RULES.map((rule, at) =>
      judged({ rule, candidate: at % 3 === 0 ? null : 0.2, pass: [null, true, false][at % 3]! }),
    );
    const svg = await renderChart(marginChart(rules));
    for (const rule of GATE_RULES) expect(svg).toContain(`>${rule}</text>`);
    expect(svg).toContain('no number');
    expect(svg).toContain('+0.1');
    expect(svg).toContain('-0.1');
  });
});
