import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dailyEquity, tradeEquity } from '../../../../shared/domain/backtest/equity.ts';
import { heldMinutes } from '../../../../shared/domain/backtest/held-minutes.ts';
import { measureTrades } from '../../../../shared/domain/backtest/metrics.ts';

const START = 1000;
const trade = (session: string, pnl_rupees: number, cost_rupees = 1) => ({
  session,
  pnl_rupees,
  cost_rupees,
});

function measured(trades: readonly ReturnType<typeof trade>[], sessions: readonly string[]) {
  const days = dailyEquity(sessions, trades, START);
  return measureTrades({
    trades,
    days,
    startingEquityRupees: START,
    tradedRupees: 600,
    minutes: 10,
    heldMinutes: 4,
  });
}

describe('metrics', () => {
  const metrics = measured(
    [trade('a', 100, 3), trade('b', -50), trade('b', 20), trade('c', -10)],
    [...'abc'],
  );
  test('of trades', () => {
    expect(metrics).toMatchObject({ sessions: 3, trades: 4, hit_rate: 0.5, exposure: 0.4 });
    expect(metrics.turnover).toBeCloseTo(0.2, 12);
    expect(metrics.total_return).toBeCloseTo(0.06, 12);
    expect(metrics.payoff).toBeCloseTo(2, 12);
    expect(metrics.profit_factor).toBeCloseTo(2, 12);
    expect(metrics.cost_share).toBeCloseTo(6 / (103 + 49 + 21 + 9), 12);
  });
  test('of days', () => {
    const returns = [0.1, -0.03, -0.01];
    const deviation = Math.sqrt((0.08 ** 2 + 0.05 ** 2 + 0.03 ** 2) / 2);
    expect(metrics.daily_sharpe).toBeCloseTo(0.02 / deviation, 12);
    expect(metrics.annual_sharpe).toBeCloseTo((0.02 / deviation) * Math.sqrt(252), 12);
    const downside = Math.sqrt((returns[1]! ** 2 + returns[2]! ** 2) / 3);
    expect(metrics.annual_sortino).toBeCloseTo((0.02 / downside) * Math.sqrt(252), 12);
  });
  test('of the equity: the drawdown starts at the starting equity', () => {
    expect(metrics.max_drawdown).toBeCloseTo(50 / 1100, 12);
    expect(metrics.calmar).toBeCloseTo((0.02 * 252) / (50 / 1100), 9);
    expect(measured([trade('a', -100)], ['a']).max_drawdown).toBeCloseTo(0.1, 12);
  });
  test('are null where nothing is below the line', () => {
    expect(measured([trade('a', 5)], ['a', 'b'])).toMatchObject({
      payoff: null,
      profit_factor: null,
      annual_sortino: null,
      calmar: null,
      max_drawdown: 0,
    });
    expect(measured([], [])).toMatchObject({
      hit_rate: null,
      daily_sharpe: null,
      turnover: null,
      cost_share: null,
      total_return: 0,
    });
  });
});

test('equity goes through every trade', () =>
  expect(tradeEquity([trade('a', -100), trade('a', 50)], START)).toEqual([900, 950]));

describe('minutes in which a position is open', () => {
  const minutes = Int32Array.from({ length: 60 }, (_, i) => 555 + i);
  test('by hand', () => {
    const held = heldMinutes(Int32Array.of(1, 2, 3, 4), [{ entry_minute: 2, exit_minute: 4 }]);
    expect(held).toBe(2);
    expect(heldMinutes(Int32Array.of(1, 9), [{ entry_minute: 2, exit_minute: 4 }])).toBe(0);
  });
  test('each counts once, however many positions there are', () => {
    const position = fc
      .tuple(fc.integer({ min: 550, max: 620 }), fc.integer({ min: 1, max: 30 }))
      .map(([entry_minute, length]) => ({ entry_minute, exit_minute: entry_minute + length }));
    fc.assert(
      fc.property(fc.array(position, { maxLength: 8 }), (positions) => {
        const inOrder = positions.toSorted((a, b) => a.entry_minute - b.entry_minute);
        const expected = minutes.filter((minute) =>
          positions.some((one) => one.entry_minute <= minute && minute < one.exit_minute),
        );
        expect(heldMinutes(minutes, inOrder)).toBe(expected.length);
      }),
    );
  });
});
