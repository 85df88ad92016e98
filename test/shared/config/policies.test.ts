import { describe, expect, test } from 'vitest';
import { executionConfig, optionPolicy, parseExecution } from '../../../shared/config/execution.ts';
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

describe('the execution policies', () => {
  const { policies } = executionConfig();
  test('the default is the trade of the tracker', () => {
    expect(executionConfig().default_policy).toBe('tracker-v2');
    expect(optionPolicy()).toMatchObject({
      contracts: {
        NSE: { chain: 'NSE_MONTHLY', strikes_in_the_money: 0 },
        BSE: { chain: 'BSE', strikes_in_the_money: 2 },
      },
      target_rupees: 25,
      stop_rupees: 25,
      flat_from: '15:20',
      cooldown_seconds: 0,
      cooldown_with_positions_seconds: 300,
      max_positions: 2,
      max_positions_confident: 3,
      confident_from: 0.95,
      price_chase_ticks: 2,
    });
  });
  test('hold nothing from the time at which live answers enter nothing any more', () => {
    for (const policy of Object.values(policies)) expect(policy.flat_from).toBe(riskPolicy().no_entry_from);
  });
  test('are asked for by name', () => {
    expect(optionPolicy('tracker-v2')).toBe(policies['tracker-v2']);
    expect(() => optionPolicy('tracker-v9')).toThrow(/expected one of tracker-v2.*, was tracker-v9/);
    expect(() => optionPolicy('toString')).toThrow(/was toString/);
  });
  test('the default is one of them', () =>
    expect(() => parseExecution({ ...executionConfig(), default_policy: 'other' })).toThrow(
      /default_policy/,
    ));
  test('name the wrong key', () => {
    const broken = (change: object) => ({
      ...executionConfig(),
      policies: { one: { ...optionPolicy(), ...change } },
      default_policy: 'one',
    });
    expect(() => parseExecution(broken({ stop_rupees: 0 }))).toThrow(/policies\.one\.stop_rupees: .* was 0/);
    expect(() => parseExecution(broken({ max_positions_confident: 1 }))).toThrow(
      /policies\.one\.max_positions_confident: expected at least max_positions/,
    );
    expect(() => parseExecution(broken({ flat_from: 'noon' }))).toThrow(/flat_from: .*15:20.* was "noon"/);
  });
});

describe('config/risk.json', () => {
  const { blocking_quality_flags: _, no_entry_last_minutes: __, positions: ___, ...own } = riskPolicy();
  const { breakers } = own;
  test('is valid as shipped', () => expect(riskPolicy().kelly.fraction).toBeLessThanOrEqual(0.5));
  test('names the wrong key', () =>
    expect(() => parseRisk({ ...own, min_completeness: 2 })).toThrow(/min_completeness: .* was 2/));
  test('enters nothing in the last minutes in which the backtest does not', () =>
    expect(riskPolicy().no_entry_last_minutes).toBe(executionConfig().backtest.no_entry_last_minutes));
  test('holds and waits as the traded policy does', () => {
    const { max_positions, cooldown_with_positions_seconds } = optionPolicy();
    expect(riskPolicy().positions).toMatchObject({ max_positions, cooldown_with_positions_seconds });
  });
  test.each([
    ['breakers.max_account_delta', { breakers: { ...breakers, max_account_delta: -1 } }],
    ['breakers.max_account_positions', { breakers: { ...breakers, max_account_positions: 1.5 } }],
    ['breakers.drift_blocks_from', { breakers: { ...breakers, drift_blocks_from: 25 } }],
    ['volatility.target', { volatility: { target: '20 %' } }],
    ['short_margin.source', { short_margin: { scan: 0.1, exposure: 0 } }],
    ['breakers', { breakers: { ...breakers, max_net_lots: 2 } }],
  ])('names a wrong %s', (field, change) => {
    expect(parseRisk(own)).toEqual(own);
    expect(() => parseRisk({ ...own, ...change })).toThrow(`config/risk.json: ${field}`);
  });
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
