import { describe, expect, test } from 'vitest';
import { executionConfig, parseExecution } from '../../../shared/config/execution.ts';
import { parseQuality, qualityPolicy } from '../../../shared/config/quality.ts';
import { parseRisk, riskPolicy } from '../../../shared/config/risk.ts';
import { QUALITY_FLAGS } from '../../../shared/domain/market/quality/finding.ts';

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
  const { blocking_quality_flags: _, no_entry_last_minutes: __, ...own } = riskPolicy();
  test('is valid as shipped', () => expect(riskPolicy().kelly.fraction).toBeLessThanOrEqual(0.5));
  test('names the wrong key', () =>
    expect(() => parseRisk({ ...own, min_completeness: 2 })).toThrow(/min_completeness: .* was 2/));
  test('enters nothing in the last minutes in which the backtest does not', () =>
    expect(riskPolicy().no_entry_last_minutes).toBe(executionConfig().backtest.no_entry_last_minutes));
  test('wants a clock time for the last entry', () =>
    expect(() => parseRisk({ ...own, no_entry_from: '3 pm' })).toThrow(
      /no_entry_from: .*15:20.* was "3 pm"/,
    ));
  test('blocks on what config/quality.json says', () =>
    expect(riskPolicy().blocking_quality_flags).toEqual(qualityPolicy().blocking));
});

describe('config/quality.json', () => {
  test('has sections of existing flags only', () => {
    const sections = Object.keys(qualityPolicy()).filter(
      (key) => !['schema', 'blocking', 'history_minutes'].includes(key),
    );
    expect(QUALITY_FLAGS).toEqual(expect.arrayContaining(sections));
  });
  test('looks back further than any rule waits', () => {
    const { history_minutes, frozen_oi, vix_frozen, stale_quotes, spot_frozen } = qualityPolicy();
    const longest = Math.max(...[frozen_oi, vix_frozen, stale_quotes, spot_frozen].map((one) => one.minutes));
    expect(history_minutes).toBeGreaterThan(longest);
  });
  test('blocks on flags that exist only', () =>
    expect(() => parseQuality({ ...qualityPolicy(), blocking: ['late_oi'] })).toThrow(
      /blocking\.0.*late_oi/,
    ));
  test('names the wrong key', () => {
    const broken = { ...qualityPolicy(), spot_jump: { share: 2 } };
    expect(() => parseQuality(broken)).toThrow(/config\/quality\.json: spot_jump\.share: .* was 2/);
  });
});
