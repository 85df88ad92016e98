import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { seal } from '../../../../shared/domain/audit/leaf-hash.ts';
import { sessionOf } from '../../../../shared/domain/market/calendar.ts';
import { noTotals } from '../../../../shared/domain/risk/account-totals.ts';
import { recommend } from '../../../../shared/domain/scoring/recommend.ts';
import { HOLD_REASONS, recommendationSchema } from '../../../../shared/domain/scoring/recommendation.ts';
import {
  CHAIN,
  LIVE,
  NAMES,
  OUTPUT,
  type ScoringCase,
  scoringCase,
  TIMESTAMP_MS,
  tradedChain,
  VALUES,
} from './scoring-case.ts';

const sell = { ...OUTPUT, probabilities: { sell: 0.7, hold: 0.1, buy: 0.2 } };
const unsure = { ...OUTPUT, probabilities: { sell: 0.3, hold: 0.3, buy: 0.4 } };

describe('a BUY that nothing speaks against', () => {
  const answer = recommend(scoringCase());
  test('is to be executed', () =>
    expect(answer).toMatchObject({
      action: 'BUY',
      confidence: 0.65,
      execute: true,
      risk_flags: [],
      hold_reason: null,
    }));
  test('buys the at-the-money call', () => expect(answer.symbol).toBe('NIFTY26JAN26050CE'));
  test('is sized by capped Kelly, in whole lots', () => {
    expect(answer.kelly_full).toBeGreaterThan(0.4);
    expect(answer.kelly_fraction).toBe(0.02);
    expect(answer.recommended_lots).toBe(Math.floor((1_000_000 * 0.02) / (25 * 65)));
  });
  test('says why, with its own numbers', () => {
    expect(answer.rationale).toMatch(
      /^BUY at 65\.0 % against SELL at 20\.0 % in regime 1 \(80 %\), driven by pcr_total_oi 1\.31/,
    );
    expect(answer.rationale).toContain('vix 11.2 (2.0 deviations above its training mean, -0.200)');
    expect(answer.drivers).toHaveLength(5);
    expect(answer.features_summary).toMatchObject({ pcr_total_oi: 1.31, vix: 11.2 });
  });
  test('names its lineage', () =>
    expect(answer).toMatchObject({
      model_version: LIVE.version,
      dataset_version: '2026-01-02',
      feature_set: 'tracker-v2',
    }));
  test('sealed, it fits the contract and survives JSON', () => {
    const sealed = seal(answer);
    expect(recommendationSchema.parse(JSON.parse(JSON.stringify(sealed)))).toEqual(sealed);
  });
  test('is the same for the same input, whatever the clock and latency', () => {
    const again = recommend(scoringCase({ nowMs: TIMESTAMP_MS + 9000, latencyUs: 7 }));
    expect([again.id, again.input_hash]).toEqual([answer.id, answer.input_hash]);
  });
});

const by = (method: 'exact' | 'permutation') => ({ ...sell, explained: { ...sell.explained!, method } });

test('drivers that are an estimate say so, exact ones say nothing', () => {
  const estimated = recommend(scoringCase({ output: by('permutation') }));
  expect(estimated.drivers.map(({ method }) => method)).toEqual(Array(5).fill('permutation'));
  const exact = recommend(scoringCase({ output: by('exact') }));
  expect(exact.drivers.some((driver) => 'method' in driver)).toBe(false);
  expect(exact).toEqual(recommend(scoringCase({ output: sell })));
});

test('a SELL buys the put', () =>
  expect(recommend(scoringCase({ output: sell }))).toMatchObject({
    action: 'SELL',
    symbol: 'NIFTY26JAN26050PE',
    execute: true,
  }));

test('below its thresholds a model holds, without size, flag or reason', () => {
  const answer = recommend(scoringCase({ output: unsure }));
  expect(answer).toMatchObject({
    action: 'HOLD',
    confidence: 0.3,
    symbol: null,
    kelly_fraction: 0,
    recommended_lots: 0,
    execute: false,
    risk_flags: [],
    hold_reason: null,
  });
  expect(answer.rationale).toContain(
    'neither BUY at 40.0 % nor SELL at 30.0 % stands out (thresholds 50.0 % and 50.0 %)',
  );
});

test('a model that was asked and did not answer holds, and keeps its name', () => {
  const answer = recommend(scoringCase({ output: null }));
  const [action, rationale] = ['HOLD', 'HOLD because no model answered.'];
  expect(answer).toMatchObject({ action, rationale, confidence: 0, execute: false, hold_reason: null });
  expect(answer).toMatchObject({ model_version: LIVE.version, probabilities: null, backend: null });
  expect(recommendationSchema.parse(seal(answer))).toEqual(seal(answer));
});

const stale = { nowMs: TIMESTAMP_MS + 600_000 };
const TODAY = noTotals('2026-01-05');
const AGO = '2026-01-05T07:04:00.000Z';
const HALT = { scope: 'all', by: 'asha', reason: 'budget day', at: AGO };
const BLOCK = { model_version: LIVE.version, at: AGO, why: '40 of 78 features drifted.' };
const patchy = { names: NAMES, values: [1, Number.NaN, 2, 3, 4, 5], qualityFlags: [] };

describe('HOLD with a reason, never an error', () => {
  test.each([
    ['no_live_model', { live: null, output: null }, 'no model is live'],
    [
      'unusable_model',
      { live: null, output: null, modelFault: 'trees.json is missing' },
      'the live model cannot be used: trees.json is missing',
    ],
    ['exploratory_bundle', { live: { ...LIVE, exploratory: true } }, 'is exploratory'],
    ['insufficient_history', { historyMinutes: 4 }, 'only 4 minutes of the session'],
    [
      'insufficient_history',
      { features: null, output: null, historyMinutes: 40 },
      'no features could be made of the 40 minutes seen',
    ],
    ['stale_features', stale, '600 seconds old, at most 180'],
    ['incomplete_features', { features: patchy }, '83.3 % of the features have a value, at least 90.0 %'],
    ['trading_halted', { account: { ...TODAY, halt: HALT } }, 'asha halted all exchanges at'],
    ['breaker_open', { account: { ...TODAY, daily_return: -0.0315 } }, '-3.15%'],
    ['breaker_open', { account: { ...TODAY, account_daily_return: -0.0315 } }, 'of the account is open'],
    ['breaker_open', { account: { ...TODAY, consecutive_losses: 5 } }, 'Consecutive Loss Limit Hit: 5'],
    ['session_drawdown', { account: { ...TODAY, drawdown: 0.031 } }, '3.10 % below'],
    ['session_drawdown', { account: { ...TODAY, account_drawdown: 0.031 } }, 'the account has fallen'],
    ['drift_blocked', { account: { ...TODAY, drift_block: BLOCK } }, '40 of 78 features drifted'],
    [
      'bad_data_quality',
      { features: { names: NAMES, values: VALUES, qualityFlags: ['minute_gap', 'spot_frozen'] } },
      'the data is flagged spot_frozen.',
    ],
  ] as const)('%s', (reason, change, words) => {
    const answer = recommend(scoringCase(change));
    expect(answer).toMatchObject({
      action: 'HOLD',
      hold_reason: reason,
      execute: false,
      symbol: null,
      kelly_fraction: 0,
      recommended_lots: 0,
    });
    expect(answer.risk_flags).toContain(reason);
    expect(answer.rationale).toMatch(/^HOLD because /);
    expect(answer.rationale).toContain(words);
    expect(() => recommendationSchema.parse(seal(answer))).not.toThrow();
  });
  test('the worst reason is named first', () => {
    const answer = recommend(scoringCase({ ...stale, live: null, output: null }));
    expect(answer.hold_reason).toBe('no_live_model');
    expect(answer.risk_flags).toEqual(['no_live_model', 'stale_features']);
    expect(HOLD_REASONS).toContain(answer.hold_reason);
  });
});

describe('near the end of the session', () => {
  const asked = (clock: string, change: Partial<ScoringCase> = {}) => {
    const timestampMs = Date.parse(`2026-01-05T${clock}+05:30`);
    const chain = tradedChain({ timestamp: `2026-01-05T${clock}+05:30` });
    return recommend(
      scoringCase({ timestampMs, receivedAtMs: timestampMs, nowMs: timestampMs + 1500, chain, ...change }),
    );
  };
  test('what can be held for its horizon is executed', () =>
    expect(asked('15:15:00')).toMatchObject({ execute: true, risk_flags: [] }));
  test('what cannot keeps its action, contract and size, and is not', () => {
    const answer = asked('15:21:00', { output: sell });
    expect(answer).toMatchObject({
      action: 'SELL',
      execute: false,
      risk_flags: ['session_ending'],
      hold_reason: null,
    });
    expect(answer.rationale).toMatch(
      /; not to be executed because the session ends in 9 minutes, at least 15 are needed\.$/,
    );
    expect(answer.recommended_lots).toBeGreaterThan(0);
    expect(() => recommendationSchema.parse(seal(answer))).not.toThrow();
  });
  test('the clock of the answer counts, not that of the snapshot', () =>
    expect(asked('15:14:00', { nowMs: Date.parse('2026-01-05T15:16:00+05:30') }).risk_flags).toEqual([
      'session_ending',
    ]));
  test('a HOLD has no flag of it', () =>
    expect(asked('15:29:00', { live: { ...LIVE, exploratory: true } }).risk_flags).toEqual([
      'exploratory_bundle',
    ]));
  test('a short special session ends at its own close', () => {
    const session = sessionOf('2025-10-21', exchangesRules().NSE);
    const at = (clock: string) => {
      const nowMs = Date.parse(`2025-10-21T${clock}+05:30`);
      return recommend(scoringCase({ timestampMs: nowMs, nowMs, session })).risk_flags;
    };
    expect(at('14:30:00')).not.toContain('session_ending');
    expect(at('14:31:00')).toContain('session_ending');
  });
});

describe('sized on what the action itself brought out of fold', () => {
  const good = { trades: 480, win_rate: 0.6, payoff: 1.2, mean_net_return: 0.0002 };
  const lost = { trades: 480, win_rate: 0.667, payoff: 0.476, mean_net_return: -0.0001 };
  const measured = (buy: object, change: object = {}) =>
    recommend(
      scoringCase({
        live: {
          ...LIVE,
          decision: { ...LIVE.decision, by_class: { buy: { ...good, ...buy }, sell: lost }, ...change },
        },
      }),
    );
  test('a SELL that lost stakes nothing, whatever both directions earned together', () => {
    const live = { ...LIVE, decision: { ...LIVE.decision, by_class: { buy: good, sell: lost } } };
    const answer = recommend(scoringCase({ live, output: sell }));
    expect(answer).toMatchObject({
      action: 'SELL',
      kelly_full: 0,
      kelly_fraction: 0,
      recommended_lots: 0,
      execute: false,
    });
    expect(answer.risk_flags).toEqual(['no_edge', 'no_lots']);
    expect(answer.rationale).toContain(
      'the 480 SELL trades measured out of fold brought -0.010 % each on average',
    );
  });
  test('a BUY that gained is sized by its own win rate and payoff', () => {
    const p = 0.6 * (1 - 0.05);
    const answer = measured({});
    expect(answer.kelly_full).toBeCloseTo((p * 1.2 - (1 - p)) / 1.2, 12);
    expect(answer.execute).toBe(true);
  });
  test('with fewer trades than the floor, or none measured, both directions count together', () => {
    const pooled = recommend(scoringCase()).kelly_full;
    expect(measured({ trades: 19, mean_net_return: -1 }).kelly_full).toBe(pooled);
    expect(measured({ trades: 0, win_rate: null, payoff: null, mean_net_return: null }).kelly_full).toBe(
      pooled,
    );
    expect(measured({ trades: 20, mean_net_return: -1 }).kelly_full).toBe(0);
  });
  test('one that never lost takes the payoff of both', () => {
    const p = (0.65 / 0.85) * (1 - 0.05);
    expect(measured({ win_rate: 1, payoff: null }).kelly_full).toBeCloseTo((p * 1.1 - (1 - p)) / 1.1, 12);
  });
});

describe('what one lot may lose', () => {
  const { account_rupees, kelly, max_lots } = riskPolicy();
  const staked = account_rupees * kelly.cap;
  const lots = (stopRupees: number | null, ltp = 130) => {
    const chain = tradedChain({ legs: CHAIN.legs.map((leg) => ({ ...leg, ltp })) });
    return recommend(scoringCase({ chain, stopRupees })).recommended_lots;
  };
  test('is its premium where nothing cuts the loss', () =>
    expect(lots(null)).toBe(Math.floor(staked / (130 * 65))));
  test('is what the stop leaves of it where one does', () => {
    expect(lots(25)).toBe(Math.floor(staked / (25 * 65)));
    expect(lots(25, 400)).toBe(lots(25));
  });
  test('never more than the premium', () =>
    expect(lots(25, 20)).toBe(Math.min(max_lots, Math.floor(staked / 1300))));
});

describe('an answer that stands but is not to be executed', () => {
  const dear = tradedChain({ legs: CHAIN.legs.map((leg) => ({ ...leg, ltp: 900 })) });
  test.each([
    ['no_edge', { live: { ...LIVE, decision: { ...LIVE.decision, payoff: 0.2 } } }],
    ['no_edge', { live: { ...LIVE, decision: { ...LIVE.decision, trades: 3 } } }],
    ['no_contract', { chain: null }],
    ['no_lots', { chain: dear, stopRupees: null }],
    ['no_contract', { chain: tradedChain({ exchange: 'NSE' }) }],
    ['no_contract', { chain: tradedChain({ timestamp: '2026-01-05T12:31:00+05:30' }) }],
    ['no_contract', { chain: tradedChain({ atm_strike: 26400 }) }],
  ] as const)('%s', (flag, change) => {
    const answer = recommend(scoringCase(change));
    expect(answer).toMatchObject({ action: 'BUY', execute: false, hold_reason: null });
    expect(answer.risk_flags).toContain(flag);
    expect(answer.rationale).toContain('not to be executed because');
  });
  const flagged = (...qualityFlags: string[]) =>
    recommend(scoringCase({ features: { names: NAMES, values: VALUES, qualityFlags } }));
  test('a quality flag that does not block stops nothing', () =>
    expect(flagged('vix_missing')).toMatchObject({ execute: true, risk_flags: [] }));
  test('a HOLD for bad data names the faults that block among its risk flags', () => {
    const answer = flagged('minute_gap', 'spot_frozen', 'frozen_oi');
    expect(answer.risk_flags).toEqual(['bad_data_quality', 'spot_frozen', 'frozen_oi']);
    expect(() => recommendationSchema.parse(seal(answer))).not.toThrow();
  });
});
