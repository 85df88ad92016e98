import { describe, expect, test } from 'vitest';
import { executionConfig } from '../../../../../shared/config/execution.ts';
import type { GateRuleId } from '../../../../../shared/domain/evaluation/rule-result.ts';
import { percent } from '../../../../../shared/domain/evaluation/rule-result.ts';
import { verdict } from '../../../../../shared/domain/evaluation/verdict.ts';
import { JUDGEMENT_CASES } from './judgement-cases.ts';
import judgements from './judgements.json' with { type: 'json' };

const rulesOf = (name: string) =>
  verdict({
    context: JUDGEMENT_CASES[name]!,
    ...{ exchange: 'NSE', target: 'tb15', dataset_version: '2026-03-02' },
    evaluated_at: '2026-03-02T12:00:00.000Z',
    execution: executionConfig().backtest,
  }).rules;
const names = Object.keys(JUDGEMENT_CASES);
const whyOf = (name: string, id: GateRuleId) => rulesOf(name).find(({ rule }) => rule === id)!.why;

describe('what a rule decides is kept, whatever its words become', () => {
  test.each(names)('%s', (name) =>
    expect(
      rulesOf(name).map(({ rule, pass, candidate, baseline, threshold }) => [
        ...[rule, pass, candidate, baseline, threshold],
      ]),
    ).toEqual(judgements[name as keyof typeof judgements]),
  );
  test('no case is missing', () => expect(Object.keys(judgements)).toEqual(names));
});

describe('words', () => {
  test.each(names)('%s: no number is missing from a sentence, one is not many', (name) => {
    for (const { why } of rulesOf(name)) {
      expect(why).not.toMatch(/nothing (over|is|to|were|needs)|is nothing|of nothing|NaN|null/);
      expect(why).not.toMatch(/(?<![\d.])1 (\S+ )?(days|sessions|trades|features|configurations)\b/);
      expect(why).not.toContain('unknown to unknown');
    }
  });

  test('what cannot be estimated is said', () => {
    expect(whyOf('one day', 'deflated-sharpe')).toBe(
      'A daily Sharpe ratio cannot be estimated from 1 day, nor the probability that it is skill; at least 0.95 is needed.',
    );
    expect(whyOf('one day', 'enough-evidence')).toContain(
      'a daily Sharpe ratio cannot be estimated from 1 session',
    );
    expect(whyOf('one day', 'sharpe')).toMatch(
      /^First model: a daily Sharpe ratio and its interval cannot be estimated from 1 out-of-sample day;/,
    );
    expect(whyOf('one common day', 'sharpe')).toContain('cannot be estimated from 1 common day;');
    expect(whyOf('unmeasured', 'hit-rate-holds')).toMatch(/^Without a trade there is no share/);
    expect(whyOf('unmeasured', 'f1-holds')).toMatch(/^Without a labelled row there is no F1/);
    expect(whyOf('unmeasured', 'precision-at-top-k')).toMatch(/^Without a labelled row/);
  });

  test('a ratio of few held-out days is told as what it is', () => {
    expect(whyOf('two held-out days', 'sharpe')).toMatch(
      /On 2 held-out days it is -?[\d.]+ \(so few days estimate nothing\) and must reach 0\.$/,
    );
    expect(whyOf('first', 'sharpe')).toMatch(/On 12 held-out days it is [\d.]+ and must reach 0\.$/);
    expect(whyOf('one held-out day', 'sharpe')).toContain('It cannot be estimated from 1 held-out day');
  });

  test('a share of values is a share', () => {
    expect(whyOf('first', 'data-fresh-and-complete')).toContain('(vix) has 98 % of its values');
    expect([1, 0.9999, 0.58, 0].map(percent)).toEqual(['100 %', '99.9 %', '58 %', '0 %']);
  });

  test('precision at top k says that it ignores the thresholds', () =>
    expect(whyOf('first', 'precision-at-top-k')).toContain(
      "Of the 5 most confident directions a day, above the signal's thresholds or not, 0.55 were right",
    ));
});
