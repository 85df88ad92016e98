import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { HOLD_REASONS, RISK_FLAGS, type RiskFlag } from '../../../../shared/domain/scoring/recommendation.ts';
import type { RiskFacts } from '../../../../shared/domain/scoring/risk-flags/facts.ts';
import { holdReason, riskFlags } from '../../../../shared/domain/scoring/risk-flags.ts';

const policy = riskPolicy();
const features = { ageSeconds: 1, completeness: 1, qualityFlags: [] as string[] };
const live = { version: 'v1', exploratory: false, measuredTrades: 100 };

function facts(change: Partial<RiskFacts> = {}): RiskFacts {
  return {
    live,
    modelFault: null,
    features,
    historyMinutes: 100,
    breaker: { triggered: false, reason: '' },
    action: 'BUY',
    kellyFull: 0.2,
    contract: { symbol: 'X' },
    lots: 2,
    ...change,
  };
}

const raised = (change: Partial<RiskFacts>) => riskFlags(facts(change), policy).map((one) => one.flag);

test('nothing speaks against a sound answer', () => expect(raised({})).toEqual([]));

describe('each rule at its limit', () => {
  const limits: readonly (readonly [RiskFlag, Partial<RiskFacts>, Partial<RiskFacts>])[] = [
    ['no_live_model', {}, { live: null, action: 'HOLD' }],
    ['unusable_model', {}, { live: null, modelFault: 'model.onnx is missing', action: 'HOLD' }],
    ['exploratory_bundle', {}, { live: { ...live, exploratory: true } }],
    [
      'insufficient_history',
      { historyMinutes: policy.min_history_minutes },
      { historyMinutes: policy.min_history_minutes - 1 },
    ],
    [
      'stale_features',
      { features: { ...features, ageSeconds: policy.max_feature_age_seconds } },
      { features: { ...features, ageSeconds: policy.max_feature_age_seconds + 0.001 } },
    ],
    [
      'incomplete_features',
      { features: { ...features, completeness: policy.min_completeness } },
      { features: { ...features, completeness: policy.min_completeness - 0.001 } },
    ],
    ['breaker_open', {}, { breaker: { triggered: true, reason: '' } }],
    [
      'bad_data_quality',
      { features: { ...features, qualityFlags: ['anything_else'] } },
      { features: { ...features, qualityFlags: ['anything_else', 'spot_jump'] } },
    ],
    [
      'no_edge',
      { live: { ...live, measuredTrades: policy.kelly.min_measured_trades } },
      { live: { ...live, measuredTrades: policy.kelly.min_measured_trades - 1 } },
    ],
    ['no_lots', { lots: 1 }, { lots: 0 }],
    ['no_contract', {}, { contract: null }],
  ];
  test.each(limits)('%s', (flag, within, beyond) => {
    expect(raised(within)).toEqual([]);
    expect(raised(beyond)).toEqual([flag]);
  });
  test('every flag is among them', () => expect(limits.map(([flag]) => flag)).toEqual(RISK_FLAGS));
});

test('a HOLD has no size to complain about', () =>
  expect(raised({ action: 'HOLD', kellyFull: 0, lots: 0, contract: null })).toEqual([]));

// A model that is there is neither missing nor unusable.
test('every reason is a sentence part with the numbers in it', () => {
  const all = riskFlags(
    facts({
      live: { ...live, exploratory: true, measuredTrades: 0 },
      features: { ageSeconds: 999, completeness: 0.1, qualityFlags: ['spot_jump'] },
      historyMinutes: 3,
      breaker: { triggered: true, reason: 'Consecutive Loss Limit Hit: 5' },
      lots: 0,
      contract: null,
    }),
    policy,
  );
  expect(all).toHaveLength(RISK_FLAGS.length - 2);
  for (const { why } of all) expect(why).toMatch(/^(the|only|no|model|\d)[^.]*(\.\d[^.]*)*$/);
  expect(all.map((one) => one.why).join('; ')).toContain('999 seconds old, at most 180');
});

test('a hold names the first reason in the order of severity, or none', () => {
  const subset = fc.subarray([...RISK_FLAGS]);
  fc.assert(
    fc.property(subset, (flags) => {
      const reason = holdReason(flags.map((flag) => ({ flag, why: flag })))?.flag ?? null;
      expect(reason).toBe(HOLD_REASONS.find((one) => flags.includes(one)) ?? null);
    }),
  );
});
