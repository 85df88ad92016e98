import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Trade, tradeSchema } from '../../../../shared/domain/audit/trade.ts';
import { exposureInverted, linkTrade } from '../../../../shared/domain/outcomes/link-trade.ts';
import { type Outcome, outcomeSchema } from '../../../../shared/domain/outcomes/outcome.ts';
import { performance } from '../../../../shared/domain/outcomes/performance.ts';
import { type ResolveInput, resolveOutcome } from '../../../../shared/domain/outcomes/resolve-outcome.ts';

const ID = '01KE77AJ5RQ3H6V8R9YDSJ7KZF';
const MINUTE = 60_000;
const AT = Date.parse('2026-01-05T12:35:00+05:30');
const CLOSE = Date.parse('2026-01-05T15:30:00+05:30');

function input(change: Partial<ResolveInput> = {}): ResolveInput {
  return {
    recommendation: {
      id: ID,
      exchange: 'NSE',
      timestamp: '2026-01-05T12:35:42+05:30',
      action: 'BUY',
      model_version: 'v',
    },
    prices: new Map([
      [AT, 100],
      [AT + 15 * MINUTE, 101],
    ]),
    horizonMinutes: 15,
    sessionCloseMs: CLOSE,
    nowMs: AT + 60 * MINUTE,
    flatBand: 0.0003,
    trade: null,
    tradePnlRupees: null,
    ...change,
  };
}

const acting = (action: 'BUY' | 'SELL' | 'HOLD', exit: number) =>
  resolveOutcome(
    input({
      recommendation: { ...input().recommendation, action },
      prices: new Map([
        [AT, 100],
        [AT + 15 * MINUTE, exit],
      ]),
    }),
  );

describe('resolve', () => {
  test('a BUY that rose was right', () => {
    const outcome = resolveOutcome(input());
    expect(outcome).toMatchObject({ status: 'resolved', realised_direction: 1, correct: true, horizon: 15 });
    expect(outcome.realised_return).toBeCloseTo(0.01, 12);
    expect(outcomeSchema.parse(JSON.parse(JSON.stringify(outcome)))).toEqual(outcome);
  });
  test.each([
    ['BUY', 99, -1, false],
    ['SELL', 99, -1, true],
    ['HOLD', 100.02, 0, null],
    ['HOLD', 101, 1, null],
    ['SELL', 100.02, 0, false],
  ] as const)('%s then %d', (action, exit, direction, correct) =>
    expect(acting(action, exit)).toMatchObject({ realised_direction: direction, correct }),
  );
  test('a move of exactly the flat band is flat', () => {
    const prices = new Map([
      [AT, 64],
      [AT + 15 * MINUTE, 65],
    ]);
    const direction = (flatBand: number) => resolveOutcome(input({ prices, flatBand })).realised_direction;
    expect([direction(1 / 64), direction(1 / 65)]).toEqual([0, 1]);
  });
  test('pending until the exit minute is over', () => {
    expect(resolveOutcome(input({ nowMs: AT + 15 * MINUTE })).status).toBe('pending');
    expect(resolveOutcome(input({ nowMs: AT + 16 * MINUTE })).status).toBe('resolved');
  });
  test('a late exit price is waited for, then taken, then given up', () => {
    const late = new Map([
      [AT, 100],
      [AT + 17 * MINUTE, 99],
    ]);
    expect(resolveOutcome(input({ prices: late })).realised_return).toBeCloseTo(-0.01, 12);
    const none = new Map([[AT, 100]]);
    expect(resolveOutcome(input({ prices: none, nowMs: AT + 17 * MINUTE })).status).toBe('pending');
    expect(resolveOutcome(input({ prices: none }))).toMatchObject({
      status: 'unresolvable',
      reason: 'no_exit_price',
    });
  });
  test('without an entry price there is no outcome', () =>
    expect(resolveOutcome(input({ prices: new Map([[AT + 15 * MINUTE, 101]]) })).reason).toBe(
      'no_entry_price',
    ));
  test('a horizon past the close is unresolvable at once, up to the close it is not', () => {
    const crossing = { ...input().recommendation, timestamp: '2026-01-05T15:15:01+05:30' };
    const nowMs = CLOSE - 10 * MINUTE;
    expect(resolveOutcome(input({ recommendation: crossing, nowMs })).status).toBe('pending');
    const later = { ...crossing, timestamp: '2026-01-05T15:16:00+05:30' };
    expect(resolveOutcome(input({ recommendation: later, nowMs }))).toMatchObject({
      status: 'unresolvable',
      reason: 'horizon_crosses_session_end',
    });
  });
  test('prices after the exit change nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e5, noNaN: true }), (price) => {
        const prices = new Map([...input().prices, [AT + 16 * MINUTE, price], [AT + 30 * MINUTE, price]]);
        expect(resolveOutcome(input({ prices }))).toEqual(resolveOutcome(input()));
      }),
    );
  });
});

function report(change: Partial<Trade>): Trade {
  return tradeSchema.parse({
    recommendation_id: ID,
    trade_id: 'T1',
    status: 'executed',
    symbol: 'NIFTY26J0626050CE',
    side: 'BUY',
    quantity_lots: 2,
    price: 130,
    timestamp: '2026-01-05T12:36:00+05:30',
    ...change,
  });
}

const closing = report({
  status: 'closed',
  timestamp: '2026-01-05T12:50:00+05:30',
  pnl: 99_999,
  recommendation_id: null,
});

describe('trades', () => {
  test('entry and closing are put together by trade id, in any order', () =>
    expect(linkTrade('BUY', [closing, report({})])).toMatchObject({
      trade_id: 'T1',
      entered_at: '2026-01-05T12:36:00+05:30',
      closed_at: '2026-01-05T12:50:00+05:30',
      claimed_pnl: 99_999,
      exposure_inverted: false,
    }));
  test("another trade's closing is not ours", () =>
    expect(
      linkTrade('BUY', [report({}), report({ status: 'closed', trade_id: 'T2' })])?.closed_at,
    ).toBeNull());
  test('a rejection is no trade', () =>
    expect(linkTrade('BUY', [report({ status: 'rejected', reason: 'margin' })])).toBeNull());
  test.each([
    ['BUY', 'XCE', 'BUY', false],
    ['BUY', 'XCE', 'SELL', true],
    ['BUY', 'XPE', 'BUY', true],
    ['SELL', 'XPE', 'BUY', false],
    ['SELL', 'XPE', 'SELL', true],
    ['SELL', 'XCE', 'SELL', false],
    ['SELL', 'XFUT', 'BUY', true],
    ['HOLD', 'XCE', 'SELL', false],
  ] as const)('%s with %s %s inverted: %s', (action, symbol, side, inverted) =>
    expect(exposureInverted(action, symbol, side)).toBe(inverted),
  );

  const linked = linkTrade('BUY', [report({}), closing]);
  if (linked === null) throw new Error('expected a trade');
  test('the outcome carries the trade', () =>
    expect(resolveOutcome(input({ trade: linked, tradePnlRupees: 1495 }))).toMatchObject({
      trade_id: 'T1',
      trade_pnl: 1495,
    }));
});

describe('performance', () => {
  const outcome = (change: Partial<Outcome>): Outcome => ({ ...resolveOutcome(input()), ...change });
  test('by hand', () => {
    const outcomes = [
      outcome({ trade_pnl: -100 }),
      outcome({ trade_pnl: 300, correct: false }),
      outcome({ trade_pnl: -50, correct: null, status: 'unresolvable' }),
      outcome({ trade_pnl: 5000, exposure_inverted: true }),
      outcome({ correct: null }),
      outcome({ status: 'pending', correct: null }),
    ];
    expect(performance(outcomes)).toEqual({
      resolved: 4,
      pending: 1,
      unresolvable: 1,
      accuracy: 2 / 3,
      trades: 3,
      win_rate: 1 / 3,
      payoff: 4,
      pnl_rupees: 150,
      drawdown_rupees: 100,
      inverted_trades: 1,
    });
  });
  test('of nothing is nothing', () =>
    expect(performance([])).toMatchObject({
      resolved: 0,
      accuracy: null,
      win_rate: null,
      pnl_rupees: 0,
      drawdown_rupees: 0,
    }));
});
