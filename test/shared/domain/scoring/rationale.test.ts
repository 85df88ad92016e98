import { describe, expect, test } from 'vitest';
import { featuresSummary } from '../../../../shared/domain/scoring/features-summary.ts';
import { hold, type RationaleInput, rationale } from '../../../../shared/domain/scoring/rationale.ts';

const input: RationaleInput = {
  action: 'BUY',
  probabilities: { sell: 0.2, hold: 0.19, buy: 0.61 },
  thresholds: { buy: 0.55, sell: 0.52 },
  regime: 1,
  regimeProbabilities: [0.13, 0.87],
  drivers: [
    { feature: 'pcr_total_oi', value: 1.312345, zscore: 2.4, shap: 0.4124 },
    { feature: 'vix', value: 11.2, zscore: -0.31, shap: -0.1 },
    { feature: 'atm_iv', value: 10, zscore: 0, shap: 0.01 },
  ],
};

describe('rationale', () => {
  test('a BUY, whole', () =>
    expect(rationale(input)).toBe(
      'BUY at 61.0 % against SELL at 20.0 % in regime 1 (87 %), driven by ' +
        'pcr_total_oi 1.312 (2.4 deviations above its training mean, +0.412) and ' +
        'vix 11.2 (0.3 deviations below its training mean, -0.100).',
    ));
  test('a SELL puts its own probability first', () =>
    expect(rationale({ ...input, action: 'SELL' })).toMatch(/^SELL at 20\.0 % against BUY at 61\.0 %/));
  test('a HOLD names both thresholds', () =>
    expect(rationale({ ...input, action: 'HOLD' })).toContain('(thresholds 55.0 % and 52.0 %)'));
  test('without regime or drivers nothing is made up', () =>
    expect(rationale({ ...input, regime: null, drivers: [] })).toBe('BUY at 61.0 % against SELL at 20.0 %.'));
  test('missing and infinite values are named as such', () => {
    const drivers = [
      { feature: 'a', value: null, zscore: null, shap: 0.5 },
      { feature: 'b', value: 'Infinity' as const, zscore: null, shap: -0.2 },
    ];
    expect(rationale({ ...input, drivers })).toContain(
      'driven by a missing (+0.500) and b Infinity (-0.200).',
    );
  });
  test('is one sentence', () => expect(rationale(input).match(/\.(?=\s|$)/g)).toHaveLength(1));
  test('a hold says because', () => expect(hold('no model is live')).toBe('HOLD because no model is live.'));
});

describe('features summary', () => {
  test('shows what the feature set has, in a fixed order', () =>
    expect(featuresSummary(['vix', 'other', 'pcr_total_oi'], [11, 5, Number.POSITIVE_INFINITY])).toEqual({
      pcr_total_oi: 'Infinity',
      vix: 11,
    }));
  test('missing is null', () => expect(featuresSummary(['vix'], [Number.NaN])).toEqual({ vix: null }));
});
