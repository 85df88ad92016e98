import { describe, expect, test } from 'vitest';
import { executionConfig, parseExecution } from '../../../shared/config/execution.ts';
import { parseRisk, riskPolicy } from '../../../shared/config/risk.ts';

describe('config/execution.json', () => {
  test('is valid as shipped', () => expect(executionConfig().backtest.horizon_minutes).toBe(15));
  test('names the wrong key', () => {
    const broken = { ...executionConfig(), backtest: { ...executionConfig().backtest, cost_bps: -1 } };
    expect(() => parseExecution(broken)).toThrow(/config\/execution\.json: backtest\.cost_bps: .* was -1/);
  });
  test('refuses a key nobody reads', () =>
    expect(() => parseExecution({ ...executionConfig(), slippage: 1 })).toThrow('slippage'));
});

describe('config/risk.json', () => {
  test('is valid as shipped', () => expect(riskPolicy().kelly.fraction).toBeLessThanOrEqual(0.5));
  test('names the wrong key', () =>
    expect(() => parseRisk({ ...riskPolicy(), min_completeness: 2 })).toThrow(/min_completeness: .* was 2/));
});
