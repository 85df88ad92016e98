import { describe, expect, test } from 'vitest';
import { seal } from '../../../../shared/domain/audit/leaf-hash.ts';
import { recommend } from '../../../../shared/domain/scoring/recommend.ts';
import { recommendationSchema } from '../../../../shared/domain/scoring/recommendation.ts';
import { scoringCase } from './scoring-case.ts';

const good = seal(recommend(scoringCase()));

describe('the schema refuses, by field', () => {
  test.each([
    ['id', { id: '123' }],
    ['timestamp', { timestamp: '2026-01-05 12:35' }],
    ['exchange', { exchange: 'NASDAQ' }],
    ['action', { action: 'buy' }],
    ['confidence', { confidence: 1.01 }],
    ['probabilities', { probabilities: { sell: 0.5, hold: 0.5, buy: 0.5 } }],
    ['kelly_fraction', { kelly_fraction: -0.1 }],
    ['recommended_lots', { recommended_lots: 1.5 }],
    ['risk_flags', { risk_flags: ['bad_weather'] }],
    ['rationale', { rationale: '' }],
    ['drivers', { drivers: new Array(6).fill(good.drivers[0]) }],
    ['features_summary', { features_summary: { vix: Number.NaN } }],
    ['input_hash', { input_hash: 'ABC' }],
    ['latency_us', { latency_us: 0.5 }],
    ['leaf_hash', { leaf_hash: '' }],
  ])('%s', (field, change) => {
    const issues = recommendationSchema.safeParse({ ...good, ...change }).error?.issues ?? [];
    expect(issues.length).toBeGreaterThan(0);
    for (const issue of issues) expect(issue.path[0]).toBe(field);
  });
});

test('fields nobody knows are dropped', () =>
  expect(recommendationSchema.parse({ ...good, extra: 1 })).not.toHaveProperty('extra'));
test('the target is the default one when it is not named', () => {
  const { target: _target, ...rest } = good;
  expect(recommendationSchema.parse(rest).target).toBe('tb15');
});
