import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backtest } from '../../../../shared/domain/backtest/backtest.ts';
import { maxDrawdownFraction } from '../../../../shared/domain/backtest/equity.ts';
import type { ExecutionPolicy } from '../../../../shared/domain/backtest/execution-policy.ts';
import type { Observation } from '../../../../shared/domain/backtest/observation.ts';

const policy: ExecutionPolicy = {
  horizon_minutes: 3,
  cost_bps: 10,
  starting_equity_rupees: 100_000,
  position_fraction: 1,
  no_entry_last_minutes: 0,
};

function day(
  session: string,
  prices: readonly (number | null)[],
  positions: Record<number, 1 | -1>,
): Observation[] {
  return prices.map((price, i) => ({ session, minute: 555 + i, price, position: positions[i] ?? 0 }));
}

describe('one long position', () => {
  const result = backtest(day('2026-01-05', [100, 101, 102, 103, 105, 90, 90], { 0: 1 }), policy);
  const [trade] = result.trades;
  test('enters at the next observation, never at the signal', () =>
    expect(trade).toMatchObject({ signal_minute: 555, entry_minute: 556, entry_price: 101 }));
  test('leaves at the horizon', () =>
    expect(trade).toMatchObject({ exit_minute: 559, exit_price: 105, exit_reason: 'horizon' }));
  test('pays the round trip', () => {
    expect(trade?.net_return).toBeCloseTo(105 / 101 - 1 - 0.001, 12);
    expect(trade?.cost_rupees).toBeCloseTo(100, 9);
  });
  test('earns it on the equity', () => {
    expect(result.days).toHaveLength(1);
    expect(result.days[0]?.equity_rupees).toBeCloseTo(100_000 * (1 + 105 / 101 - 1 - 0.001), 6);
    expect(result.metrics).toMatchObject({ trades: 1, hit_rate: 1, payoff: null, daily_sharpe: null });
    expect(result.metrics.exposure).toBeCloseTo(3 / 7, 12);
  });
});

describe('entries and exits', () => {
  test('a short gains when the price falls', () =>
    expect(backtest(day('d', [100, 100, 100, 100, 95], { 0: -1 }), policy).trades[0]?.net_return).toBeCloseTo(
      0.049,
      12,
    ));
  test('the session closes what is open', () =>
    expect(backtest(day('d', [100, 101, 102, 103], { 1: 1 }), policy).trades[0]).toMatchObject({
      exit_minute: 558,
      exit_reason: 'session_end',
    }));
  test('a signal at the last observation is no trade', () =>
    expect(backtest(day('d', [100, 101, 102], { 2: 1 }), policy).trades).toEqual([]));
  test('nor one within the closing minutes', () =>
    expect(
      backtest(day('d', [100, 101, 102, 103], { 0: 1 }), { ...policy, no_entry_last_minutes: 3 }).trades,
    ).toEqual([]));
  test('a missing price is waited out', () =>
    expect(
      backtest(day('d', [100, null, 102, 103, 104, null, 106], { 0: 1 }), policy).trades[0],
    ).toMatchObject({
      entry_minute: 557,
      exit_minute: 561,
    }));
  test('signals inside an open position are ignored', () =>
    expect(
      backtest(day('d', [1, 1, 1, 1, 1, 1, 1, 1], { 0: 1, 1: -1, 2: 1, 3: 1 }), policy).trades,
    ).toHaveLength(1));
  test('nothing is held over night', () => {
    const two = [...day('d1', [100, 100, 100], { 0: 1 }), ...day('d2', [200, 200, 200], {})];
    const result = backtest(two, policy);
    expect(result.trades.map((trade) => trade.exit_price)).toEqual([100]);
    expect(result.days.map((one) => one.trades)).toEqual([1, 0]);
  });
});

test('nothing observed is an empty result', () => {
  const { metrics, days } = backtest([], policy);
  expect(days).toEqual([]);
  expect(metrics).toMatchObject({
    sessions: 0,
    trades: 0,
    total_return: 0,
    daily_sharpe: null,
    max_drawdown: 0,
  });
});

test('the daily Sharpe ratio counts quiet days', () => {
  const up = (session: string) => day(session, [100, 100, 100, 100, 102], { 0: 1 });
  const quiet = (session: string) => day(session, [100, 100, 100], {});
  const { metrics } = backtest([...up('a'), ...quiet('b'), ...up('c'), ...quiet('d')], {
    ...policy,
    cost_bps: 0,
  });
  expect(metrics.daily_sharpe).toBeCloseTo(0.01 / Math.sqrt((4 * 0.0001) / 3), 10);
  expect(metrics.annual_sharpe).toBeCloseTo((metrics.daily_sharpe ?? 0) * Math.sqrt(252), 10);
});

test('a drawdown includes a first loss', () =>
  expect(maxDrawdownFraction([{ pnl_rupees: -100 }, { pnl_rupees: 50 }], 1000)).toBeCloseTo(0.1, 12));

const randomDay = fc.array(
  fc.record({
    price: fc.option(fc.double({ min: 90, max: 110, noNaN: true })),
    position: fc.constantFrom<-1 | 0 | 1>(-1, 0, 1),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('for any day', () => {
  test('positions never overlap and never start at their signal', () => {
    fc.assert(
      fc.property(randomDay, (rows) => {
        const observations = rows.map((row, i) => ({ ...row, session: 'd', minute: 555 + i }));
        const { trades } = backtest(observations, policy);
        for (const [i, trade] of trades.entries()) {
          expect(trade.entry_minute).toBeGreaterThan(trade.signal_minute);
          expect(trade.exit_minute).toBeGreaterThan(trade.entry_minute);
          expect(trade.signal_minute).toBeGreaterThanOrEqual(trades[i - 1]?.exit_minute ?? 0);
        }
      }),
    );
  });

  test('costs only take away', () => {
    fc.assert(
      fc.property(randomDay, (rows) => {
        const observations = rows.map((row, i) => ({ ...row, session: 'd', minute: 555 + i }));
        const free = backtest(observations, { ...policy, cost_bps: 0 }).metrics;
        const paid = backtest(observations, policy).metrics;
        expect(free.total_return - paid.total_return).toBeCloseTo(paid.trades * 0.001, 9);
      }),
    );
  });

  test('a price known only after the exit changes nothing', () => {
    fc.assert(
      fc.property(randomDay, (rows) => {
        const observations = rows.map((row, i) => ({ ...row, session: 'd', minute: 555 + i }));
        const { trades } = backtest(observations, policy);
        const first = trades[0];
        if (first === undefined || first.exit_reason === 'session_end') return;
        const corrupted = observations.map((row) =>
          row.minute > first.exit_minute && row.price !== null ? { ...row, price: row.price * 1e3 } : row,
        );
        expect(backtest(corrupted, policy).trades[0]).toEqual(first);
      }),
    );
  });
});
