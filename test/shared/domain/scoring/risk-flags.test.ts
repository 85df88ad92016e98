import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { type AccountTotals, noTotals } from '../../../../shared/domain/risk/account-totals.ts';
import { HOLD_REASONS, RISK_FLAGS, type RiskFlag } from '../../../../shared/domain/scoring/recommendation.ts';
import type { RiskFacts } from '../../../../shared/domain/scoring/risk-flags/facts.ts';
import { holdReason, riskFlags } from '../../../../shared/domain/scoring/risk-flags.ts';
import type { RiskPolicy } from '../../../../shared/domain/scoring/risk-policy.ts';

const policy = riskPolicy();
const features = { ageSeconds: 1, completeness: 1, qualityFlags: [] as string[] };
const session = { openMinute: 555, closeMinute: 930, minute: 755 };
const live = { version: 'v1', exploratory: false, measuredTrades: 100 };

const DATE = '2026-01-05';
const NOW_MS = Date.parse('2026-01-05T07:05:00.000Z');
const account = (change: Partial<AccountTotals> = {}) => ({ account: { ...noTotals(DATE), ...change } });
/** What fractions of the account are in rupees. */
const share = (of: number) => of * policy.account_rupees;
const { breakers, circuit_breaker, positions } = policy;
const agoMs = (seconds: number) => new Date(NOW_MS - seconds * 1000).toISOString();
const block = { model_version: 'v1', at: agoMs(60), why: '40 of 78 features drifted.' };
const halt = { scope: 'NSE', by: 'asha', reason: 'news', at: agoMs(60) };

function facts(change: Partial<RiskFacts> = {}): RiskFacts {
  return {
    live,
    modelFault: null,
    features,
    historyMinutes: 100,
    account: noTotals(DATE),
    nowMs: NOW_MS,
    session,
    horizonMinutes: 15,
    action: 'BUY',
    confidence: 0.6,
    proposal: { deltaRupees: 8450, exposureRupees: 22_750 },
    ownTrades: null,
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
    ['trading_halted', {}, account({ halt })],
    [
      'breaker_open',
      account({ daily_return: -circuit_breaker.max_daily_loss + 1e-9, consecutive_losses: 4 }),
      account({ daily_return: -circuit_breaker.max_daily_loss }),
    ],
    [
      'breaker_open',
      account({ account_daily_return: -circuit_breaker.max_daily_loss + 1e-9 }),
      account({ account_daily_return: -circuit_breaker.max_daily_loss }),
    ],
    ['breaker_open', account({ consecutive_losses: 4 }), account({ consecutive_losses: 5 })],
    [
      'session_drawdown',
      account({ drawdown: breakers.max_session_drawdown - 1e-9 }),
      account({ drawdown: breakers.max_session_drawdown }),
    ],
    [
      'session_drawdown',
      account({ account_drawdown: breakers.max_session_drawdown - 1e-9 }),
      account({ account_drawdown: breakers.max_session_drawdown }),
    ],
    [
      'drift_blocked',
      account({ drift_block: { ...block, model_version: 'v0' } }),
      account({ drift_block: block }),
    ],
    [
      'bad_data_quality',
      { features: { ...features, qualityFlags: ['anything_else'] } },
      { features: { ...features, qualityFlags: ['anything_else', 'spot_jump'] } },
    ],
    ['session_ending', { session: { ...session, minute: 915 } }, { session: { ...session, minute: 916 } }],
    [
      'no_edge',
      { live: { ...live, measuredTrades: policy.kelly.min_measured_trades } },
      { live: { ...live, measuredTrades: policy.kelly.min_measured_trades - 1 } },
    ],
    ['no_lots', { lots: 1 }, { lots: 0 }],
    ['no_contract', {}, { contract: null }],
    [
      'open_positions',
      account({ open_positions: positions.max_positions - 1 }),
      account({ open_positions: positions.max_positions }),
    ],
    [
      'open_positions',
      { ...account({ open_positions: positions.max_positions_confident - 1 }), confidence: 0.95 },
      { ...account({ open_positions: positions.max_positions_confident }), confidence: 0.95 },
    ],
    [
      'open_positions',
      account({ account_open_positions: breakers.max_account_positions - 1 }),
      account({ account_open_positions: breakers.max_account_positions }),
    ],
    [
      'cooldown',
      account({ open_positions: 1, last_entry_at: agoMs(positions.cooldown_with_positions_seconds) }),
      account({ open_positions: 1, last_entry_at: agoMs(positions.cooldown_with_positions_seconds - 1) }),
    ],
    [
      'cooldown',
      account({ last_loss_at: agoMs(breakers.cooldown_after_loss_seconds) }),
      account({ last_loss_at: agoMs(breakers.cooldown_after_loss_seconds - 1) }),
    ],
    [
      'net_delta',
      account({ account_delta_rupees: share(breakers.max_account_delta) - 8450 }),
      account({ account_delta_rupees: share(breakers.max_account_delta) - 8449 }),
    ],
    [
      'net_delta',
      account({ account_delta_rupees: -2 * share(breakers.max_account_delta) }),
      account({ account_delta_rupees: 2 * share(breakers.max_account_delta) }),
    ],
    [
      // As much the other way adds nothing.
      'net_delta',
      {
        ...account({ account_delta_rupees: -300_000 }),
        proposal: { deltaRupees: 600_000, exposureRupees: 0 },
      },
      {
        ...account({ account_delta_rupees: -300_000 }),
        proposal: { deltaRupees: 600_001, exposureRupees: 0 },
      },
    ],
    [
      'exposure',
      account({ account_exposure_rupees: share(breakers.max_account_exposure) - 22_750 }),
      account({ account_exposure_rupees: share(breakers.max_account_exposure) - 22_749 }),
    ],
  ];
  test.each(limits)('%s', (flag, within, beyond) => {
    expect(raised(within)).toEqual([]);
    expect(raised(beyond)).toEqual([flag]);
  });
  test('every flag is among them', () =>
    expect([...new Set(limits.map(([flag]) => flag))]).toEqual(RISK_FLAGS));
});

test('a HOLD has no trade to complain about', () =>
  expect(
    raised({
      ...{ action: 'HOLD', session: null, kellyFull: 0, lots: 0, contract: null, proposal: null },
      ...account({ open_positions: 9, account_open_positions: 9, last_loss_at: agoMs(1) }),
    }),
  ).toEqual([]));

// A model that is there is neither missing nor unusable.
test('every reason is a sentence part with the numbers in it', () => {
  const all = riskFlags(
    facts({
      features: { ageSeconds: 999, completeness: 0.1, qualityFlags: ['spot_jump'] },
      historyMinutes: 3,
      session: null,
      ...account({
        ...{ halt, drift_block: block, consecutive_losses: 5, drawdown: 0.5, open_positions: 3 },
        ...{ last_loss_at: agoMs(1), account_delta_rupees: 1e6, account_exposure_rupees: 1e7 },
      }),
      live: { ...live, exploratory: true, measuredTrades: 0 },
      lots: 0,
      contract: null,
    }),
    policy,
  );
  expect(all).toHaveLength(RISK_FLAGS.length - 2);
  for (const { why } of all)
    expect(why).toMatch(/^(the|only|no|model|a move|positions|drift|asha|\d)[^.]*(\.\d[^.]*)*$/);
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

describe('the end of a session', () => {
  const late = (minute: number, change: Partial<RiskFacts> = {}, own: Partial<RiskPolicy> = {}) =>
    riskFlags(facts({ session: { ...session, minute }, ...change }), { ...policy, ...own })[0]?.why;
  const evening = { openMinute: 1080, closeMinute: 1140 };
  const longer = { openMinute: 555, closeMinute: 940 };
  const LAST_ENTRY = 15 * 60 + 20;
  test.each([
    [late(921), 'the session ends in 9 minutes, at least 15 are needed'],
    [late(929), 'the session ends in 1 minute, at least 15 are needed'],
    [late(930), 'the session has ended'],
    [late(1000), 'the session has ended'],
    [late(900, { horizonMinutes: 45 }), 'the session ends in 30 minutes, at least 45 are needed'],
    [late(921, { horizonMinutes: 3 }), 'the session ends in 9 minutes, at least 10 are needed'],
    [
      late(910, { horizonMinutes: 3 }, { no_entry_last_minutes: 25 }),
      'the session ends in 20 minutes, at least 25 are needed',
    ],
    [late(0, { session: null }), 'no session is open'],
    [late(554), 'the session has not begun'],
    [late(555), undefined],
  ])('%s', (why, expected) => expect(why).toBe(expected));
  test('one that closes at 15:40 takes no entries from 15:20 on, as the tracker', () => {
    expect(late(0, { session: { ...longer, minute: 919 } })).toBeUndefined();
    expect(late(0, { session: { ...longer, minute: 920 } })).toBe('no position is entered from 15:20 on');
  });
  test('an evening session counts to its own close only', () => {
    expect(late(0, { session: { ...evening, minute: 1079 } })).toBe('the session has not begun');
    expect(late(0, { session: { ...evening, minute: 1125 } })).toBeUndefined();
    expect(late(0, { session: { ...evening, minute: 1126 } })).toContain('ends in 14 minutes');
  });
  test('whatever is entered can be held for its horizon', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 555, max: 1000 }), fc.integer({ min: 900, max: 935 })),
        fc.integer({ min: 1, max: 90 }),
        (minute, horizonMinutes) => {
          const isEntered = late(minute, { horizonMinutes }) === undefined;
          const isHeldToTheEnd = minute + Math.max(horizonMinutes, 10) <= 930;
          expect(isEntered).toBe(isHeldToTheEnd && minute < LAST_ENTRY);
        },
      ),
    );
  });
});

test('an action that lost out of fold has no edge, however likely it is', () => {
  const why = (meanNetReturn: number) =>
    riskFlags(facts({ action: 'SELL', ownTrades: { trades: 480, meanNetReturn } }), policy)[0]?.why;
  expect(why(0.0001)).toBeUndefined();
  expect(why(0)).toBe('the 480 SELL trades measured out of fold brought 0.000 % each on average');
  expect(why(-0.0001)).toBe('the 480 SELL trades measured out of fold brought -0.010 % each on average');
});
