import { describe, expect, it } from 'vitest';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { minutesOfClock } from '../../../../shared/domain/market/indian-time.ts';
import { noTotals } from '../../../../shared/domain/risk/account-totals.ts';
import { MOST_TRADES } from '../../../../shared/domain/risk/session-state.ts';
import { portfolioConstraints } from '../../../../shared/domain/risk/tracker/portfolio-constraints.ts';
import { positionSize } from '../../../../shared/domain/risk/tracker/position-size.ts';
import { liveCap } from '../../../../shared/domain/scoring/live-cap.ts';
import type { RiskFacts } from '../../../../shared/domain/scoring/risk-flags/facts.ts';
import { openPositions } from '../../../../shared/domain/scoring/risk-flags/open-positions.ts';
import { sessionEnding } from '../../../../shared/domain/scoring/risk-flags/session-ending.ts';
import { riskLimitLines } from '../../../../shared/domain/scoring/risk-limit-lines.ts';

const policy = riskPolicy();
const DATE = '2026-01-05';
const { breakers, positions } = policy;
const held = (confidence: number, open_positions: number) =>
  openPositions({ account: { ...noTotals(DATE), open_positions }, action: 'BUY', confidence }, policy);

describe('positions', () => {
  it('a confidence of exactly the confident one may hold more', () => {
    const { confident_from, max_positions, max_positions_confident } = positions;
    expect(max_positions_confident).toBeGreaterThan(max_positions);
    expect(held(confident_from, max_positions)).toBeNull();
    expect(held(confident_from - 1e-9, max_positions)).toMatch(/at most/);
  });

  it('a full session says that it is full, and one trade less says how many are open', () => {
    expect(held(0.6, MOST_TRADES)).toBe(
      'the session keeps 400 trades and is full: nothing more is entered on the exchange today',
    );
    expect(held(0.6, MOST_TRADES - 1)).toMatch(/^399 positions are open on the exchange, at most /);
  });
});

describe('the session', () => {
  const ends = (minute: number, session: { openMinute: number; closeMinute: number }) =>
    sessionEnding({ action: 'BUY', session: { ...session, minute }, horizonMinutes: 0 } as RiskFacts, policy);
  const late = minutesOfClock(policy.no_entry_from);
  const day = { openMinute: 555, closeMinute: late + 60 };

  it('has begun in its first minute, and not in the one before', () => {
    expect(ends(555, day)).toBeNull();
    expect(ends(554, day)).toBe('the session has not begun');
  });

  it('is over in its closing minute', () => {
    const evening = { openMinute: late + 1, closeMinute: late + 100 };
    expect(ends(evening.closeMinute, evening)).toBe('the session has ended');
    expect(ends(evening.closeMinute - policy.no_entry_last_minutes, evening)).toBeNull();
  });

  it('enters nothing from the very minute of the last entry on; one that opens then is an evening’s', () => {
    expect(ends(late - 1, day)).toBeNull();
    expect(ends(late, day)).toMatch(/^no position is entered from /);
    expect(ends(late, { ...day, openMinute: late })).toBeNull();
  });
});

describe('what the page of limits says at a limit', () => {
  const nowMs = Date.parse('2026-01-05T07:05:00.000Z');
  const blocked = (change: object) =>
    riskLimitLines({ totals: { ...noTotals(DATE), ...change }, liveVersion: 'v1', nowMs }, policy)
      .filter(({ blocks }) => blocks !== null)
      .map(({ limit }) => limit);
  const delta = breakers.max_account_delta * policy.account_rupees;
  const exposure = breakers.max_account_exposure * policy.account_rupees;
  const most = breakers.max_account_positions;

  it.each([
    ['a delta of exactly its limit blocks nothing', { account_delta_rupees: delta }, []],
    ['and no more does one below', { account_delta_rupees: -delta }, []],
    ['beyond it does', { account_delta_rupees: delta + 1 }, ['net delta, account (a move of 1 %)']],
    ['an exposure below its limit leaves room', { account_exposure_rupees: exposure - 1 }, []],
    ['at its limit nothing may be added', { account_exposure_rupees: exposure }, ['exposure, account']],
    ['positions below their limit leave room', { account_open_positions: most - 1 }, []],
    ['at their limit none may be added', { account_open_positions: most }, ['open positions, account']],
  ])('%s', (_, change, limits) => expect(blocked(change)).toEqual(limits));
});

describe('the tracker’s own rules', () => {
  const size = (mlConfidence: number) =>
    positionSize({ mlConfidence, winRate: 0.6, avgWinLossRatio: 1.5 }).recommendedLots;
  it('a confidence of exactly one half has a size', () => {
    expect(size(0.5)).toBe(1);
    expect(size(0.5 - 1e-9)).toBe(0);
  });

  it.each([
    ['maxPositionSizeLots', 2, 1.99],
    ['maxNetDelta', 2, 1.99],
    ['maxTotalExposureRupees', 350_000, 349_999],
  ])('%s: exactly the limit is allowed', (name, at, below) => {
    const proposal = { positions: [], signal: 'BUY', lots: 2 };
    expect(portfolioConstraints({ ...proposal, [name]: at }).allowed).toBe(true);
    expect(portfolioConstraints({ ...proposal, [name]: below }).allowed).toBe(false);
  });
});

it('a live record counts from exactly the fewest trades on', () => {
  const record = { model_version: 'v', trades: 20, win_rate: 0.5, payoff: 1.2 };
  expect(liveCap(record, 'v', 20).mostProbable).toBe(0.5);
  expect(liveCap(record, 'v', 21).mostProbable).toBe(1);
});
