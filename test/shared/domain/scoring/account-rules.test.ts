import { describe, expect, test } from 'vitest';
import { noTotals } from '../../../../shared/domain/risk/account-totals.ts';
import { recommend } from '../../../../shared/domain/scoring/recommend.ts';
import { LIVE, NAMES, OUTPUT, scoringCase, VALUES } from './scoring-case.ts';

const TODAY = noTotals('2026-01-05');
const AGO = '2026-01-05T07:04:00.000Z';
const HALT = { scope: 'all', by: 'asha', reason: 'budget day', at: AGO };
const BLOCK = { model_version: LIVE.version, at: AGO, why: '40 of 78 features drifted.' };

describe('what the account holds back', () => {
  const answer = (change: Partial<typeof TODAY>) =>
    recommend(scoringCase({ account: { ...TODAY, ...change } }));
  test.each([
    ['open_positions', { open_positions: 2 }, '2 positions are open on the exchange'],
    ['open_positions', { account_open_positions: 4 }, '4 positions are open in the account'],
    ['cooldown', { open_positions: 1, last_entry_at: AGO }, 'before 2026-01-05T07:09:00.000Z'],
    ['cooldown', { last_loss_at: AGO }, 'before 2026-01-05T07:09:00.000Z'],
    ['net_delta', { account_delta_rupees: 240_000 }, 'a move of 1 % would bring or cost'],
    ['exposure', { account_exposure_rupees: 999_000 }, 'at most 1000000 are allowed'],
  ] as const)('%s keeps a BUY from being executed', (flag, change, words) => {
    const { action, execute, risk_flags, hold_reason, rationale, symbol } = answer(change);
    expect({ action, execute, risk_flags, hold_reason }).toEqual({
      ...{ action: 'BUY', execute: false, risk_flags: [flag], hold_reason: null },
    });
    expect(rationale).toContain(words);
    expect(symbol).not.toBeNull();
  });
  test('a confident signal may hold one more', () => {
    const sure = { ...OUTPUT, probabilities: { sell: 0.02, hold: 0.02, buy: 0.96 } };
    const held = { account: { ...TODAY, open_positions: 2 }, output: sure };
    expect(recommend(scoringCase(held)).execute).toBe(true);
  });
  test('an entry by itself makes nobody wait, and of two waits the longer one counts', () => {
    expect(answer({ last_entry_at: AGO }).risk_flags).toEqual([]);
    const long = '2026-01-05T07:00:30.000Z';
    expect(answer({ open_positions: 1, last_entry_at: AGO, last_loss_at: long }).rationale).toContain(
      '07:09:00',
    );
    expect(answer({ open_positions: 1, last_entry_at: long, last_loss_at: AGO }).rationale).toContain(
      '07:09:00',
    );
  });
  test('a SELL is held back by an account that is short already, and not by one that is long', () => {
    const falling = { ...OUTPUT, probabilities: { sell: 0.65, hold: 0.15, buy: 0.2 } };
    const sell = (account_delta_rupees: number) =>
      recommend(scoringCase({ account: { ...TODAY, account_delta_rupees }, output: falling }));
    expect(sell(-240_000)).toMatchObject({ action: 'SELL', execute: false, risk_flags: ['net_delta'] });
    expect(sell(900_000).risk_flags).toEqual([]);
  });
  test('the live record of the version that answers lowers its size, by win rate and by payoff', () => {
    const record = (win_rate: number, payoff: number | null) =>
      answer({ live_record: { model_version: LIVE.version, trades: 20, win_rate, payoff } });
    const free = answer({});
    const q = 0.6 * 0.95;
    expect(record(0.6, null).kelly_full).toBeCloseTo(q - (1 - q) / 1.1, 12);
    expect(record(0.6, null).kelly_full).toBeLessThan(free.kelly_full);
    expect(record(0.9, 0.2).kelly_full).toBeCloseTo(0.9 - 0.1 / 0.2, 12);
    expect(record(0.4, 1)).toMatchObject({ kelly_full: 0, risk_flags: ['no_edge', 'no_lots'] });
  });
  test('a position against the account takes delta away', () => {
    expect(answer({ account_delta_rupees: -900_000 }).risk_flags).toEqual([]);
  });
  test('another version that is live is not blocked by drift', () => {
    expect(answer({ drift_block: { ...BLOCK, model_version: 'another' } }).execute).toBe(true);
  });
});

describe('what the rules saw', () => {
  test('is in the answer, with the position it asks for', () => {
    const totals = { ...TODAY, daily_return: -0.001, open_positions: 1, account_open_positions: 1 };
    const { risk, recommended_lots } = recommend(scoringCase({ account: totals }));
    expect(risk).toMatchObject(totals);
    const { delta, units, delta_rupees, exposure_rupees } = risk?.proposal ?? {};
    expect(units).toBe(recommended_lots * 65);
    // Every leg costs 130, so parity puts the forward at the money.
    expect(delta).toBeCloseTo(0.5, 1);
    expect(delta_rupees).toBeCloseTo((delta ?? 0) * (units ?? 0) * 26028.1 * 0.01, 6);
    expect(exposure_rupees).toBe((units ?? 0) * 130);
  });
  test('a HOLD proposes nothing', () => {
    const { risk } = recommend(scoringCase({ account: { ...TODAY, halt: HALT } }));
    expect(risk).toMatchObject({ halt: HALT, proposal: null });
  });
});

describe('volatility targeting', () => {
  const withVix = (vix: number) => {
    const values = VALUES.map((value, at) => (NAMES[at] === 'vix' ? vix : value));
    return recommend(scoringCase({ features: { names: NAMES, values, qualityFlags: [] } }));
  };
  const calm = withVix(12.5);
  test('below the target the stake is as it was', () => {
    expect(calm.risk?.volatility).toEqual({ source: 'vix', forecast: 0.125, target: 0.2, scale: 1 });
  });
  test('above it the stake shrinks by target over forecast, and the lots with it', () => {
    const wild = withVix(40);
    expect(wild.risk?.volatility).toEqual({ source: 'vix', forecast: 0.4, target: 0.2, scale: 0.5 });
    expect(wild.kelly_full).toBe(calm.kelly_full);
    expect(wild.kelly_fraction).toBe(calm.kelly_fraction / 2);
    expect(wild.recommended_lots).toBeLessThan(calm.recommended_lots);
  });
  test('enough of it and no lot is left', () => {
    const wildest = withVix(2000);
    expect(wildest).toMatchObject({ recommended_lots: 0, execute: false, risk_flags: ['no_lots'] });
  });
  test('unknown, nothing is scaled, and the answer says so', () => {
    const { risk, kelly_fraction } = withVix(0);
    expect(risk?.volatility).toEqual({ source: null, forecast: null, target: 0.2, scale: 1 });
    expect(kelly_fraction).toBe(calm.kelly_fraction);
  });
});
