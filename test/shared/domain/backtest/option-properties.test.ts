import { describe, expect, test } from 'vitest';
import type { Row } from '../../../../bench/peers/option-rows.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { backtestOptions, type OptionBacktest } from '../../../../shared/domain/backtest/option-replay.ts';
import type { OptionSetting } from '../../../../shared/domain/backtest/option-setting.ts';
import type { OptionTrade } from '../../../../shared/domain/backtest/option-trade.ts';
import type { ExchangeRules } from '../../../../shared/domain/market/exchange-rules.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import { optionSetting, sessionOfRows } from '../../../factories/option-market.ts';
import { randomOptionRows } from '../../../factories/random-option-rows.ts';

const DATES = ['2025-12-29', '2025-12-30', '2025-12-31'];
const rules = exchangesRules().NSE_MONTHLY;

/** Three sessions of a random market. */
function market(seed: number): Row[][] {
  const next = seededUniform(seed);
  return DATES.map((date) =>
    randomOptionRows({ date, rules, next, fromMinute: 555, toMinute: 930, signals: 0.4, moveRupees: 5 }),
  );
}

const MARKETS = Array.from({ length: 30 }, (_, seed) => market(seed + 1));

function replay(days: readonly (readonly Row[])[], setting: OptionSetting = optionSetting()): OptionBacktest {
  return backtestOptions(
    days.map((rows) => sessionOfRows(rows[0]!.date, rows)),
    setting,
  );
}

/** Nothing stops this account: every setting trades the same. */
const UNBOUNDED = {
  account_rupees: 1e9,
  circuit_breaker: { max_daily_loss: 1, max_consecutive_losses: 1_000_000 },
};

function eachCase(check: (days: Row[][]) => void): void {
  for (const days of MARKETS) check(days);
}

describe('no look-ahead', () => {
  const corrupted = (row: Row, next: () => number): Row => ({
    ...row,
    score: next() < 0.3 ? null : { position: next() < 0.5 ? 1 : -1, confidence: 1, winProbability: 1 },
    chain:
      row.chain === null || next() < 0.3
        ? null
        : {
            ...row.chain,
            atm_strike: row.chain.atm_strike + 50,
            legs: row.chain.legs.map((leg) => ({ ...leg, bid: 3 * next() * (leg.bid ?? 1), ask: null })),
          },
  });
  test('what comes after a minute changes no trade that was closed by then, and no entry that was made by then', () => {
    let [closed, entered] = [0, 0];
    const next = seededUniform(11);
    const byThen = ({ trades }: OptionBacktest, known: number) =>
      trades.filter((trade) => trade.exit_minute <= known);
    const entriesBy = ({ trades }: OptionBacktest, known: number) =>
      trades
        .filter((trade) => trade.entry_minute <= known)
        .map(({ exit_minute, exit_price, exit_reason, pnl_rupees, cost_rupees, ...entry }) => entry)
        .toSorted((a, b) => a.signal_minute - b.signal_minute);
    for (const rows of [...MARKETS.flat(), ...MARKETS.flat()]) {
      const known = 560 + Math.floor(next() * 370);
      const other = rows.map((row) => (row.minute <= known ? row : corrupted(row, next)));
      const [before, after] = [replay([rows]), replay([other])];
      expect(byThen(after, known)).toEqual(byThen(before, known));
      expect(entriesBy(after, known)).toEqual(entriesBy(before, known));
      closed += byThen(before, known).length;
      entered += entriesBy(before, known).length;
    }
    expect(closed).toBeGreaterThan(500);
    expect(entered).toBeGreaterThan(closed);
  });
  test('nothing is entered at its own signal, and nothing sold at its entry', () => {
    eachCase((days) => {
      for (const trade of replay(days).trades) {
        expect(trade.entry_minute).toBeGreaterThan(trade.signal_minute);
        expect(trade.exit_minute).toBeGreaterThan(trade.entry_minute);
      }
    });
  });
  test('a session knows nothing of the ones after it', () => {
    eachCase((days) => {
      const first = (result: OptionBacktest) => result.trades.filter((one) => one.session === DATES[0]);
      expect(first(replay(days))).toEqual(replay(days.slice(0, 1)).trades);
    });
  });
});

describe('limits', () => {
  const openAt = (trades: readonly OptionTrade[], { session, signal_minute }: OptionTrade) =>
    trades.filter(
      (one) =>
        one.session === session && one.signal_minute < signal_minute && one.exit_minute > signal_minute,
    );
  test('never more positions than allowed, the third one only where the score is sure', () => {
    let thirds = 0;
    eachCase((days) => {
      const setting = optionSetting({ cooldown_with_positions_seconds: 0 }, UNBOUNDED);
      const { trades } = replay(days, setting);
      for (const trade of trades) {
        const open = openAt(trades, trade).length;
        const rows = days.find((day) => day[0]!.date === trade.session)!;
        const score = rows.find((row) => row.minute === trade.signal_minute)!.score!;
        expect(open).toBeLessThan(score.confidence >= 0.95 ? 3 : 2);
        if (open === 2) thirds++;
      }
    });
    expect(thirds).toBeGreaterThan(50);
  });
  test('five minutes between entries while something is held', () => {
    eachCase((days) => {
      const { trades } = replay(days, optionSetting({}, UNBOUNDED));
      for (const trade of trades) {
        const open = openAt(trades, trade);
        if (open.length === 0) continue;
        const last = Math.max(
          ...trades
            .filter((one) => one.session === trade.session && one.signal_minute < trade.signal_minute)
            .map((one) => one.entry_minute),
        );
        expect(trade.signal_minute - last).toBeGreaterThanOrEqual(5);
      }
    });
  });
  test('nothing is entered from 15:20 on, and nothing quoted is held past it', () => {
    eachCase((days) => {
      for (const trade of replay(days).trades) {
        expect(trade.entry_minute).toBeLessThan(920);
        if (trade.exit_reason !== 'unquoted') expect(trade.exit_minute).toBeLessThan(931);
      }
    });
  });
  test('no purchase beyond what the account has left', () => {
    eachCase((days) => {
      const limits = { ...UNBOUNDED, account_rupees: 50_000 };
      const { trades, equity } = replay(days, optionSetting({}, limits));
      for (const trade of trades) {
        const closedBefore = trades.filter(
          (one) =>
            one.session < trade.session ||
            (one.session === trade.session && one.exit_minute <= trade.signal_minute),
        );
        const bound = openAt(trades, trade).reduce((sum, one) => sum + one.entry_price * one.units, 0);
        const cash = limits.account_rupees + closedBefore.reduce((sum, one) => sum + one.pnl_rupees, 0);
        expect(bound + trade.entry_price * trade.units).toBeLessThanOrEqual(cash);
      }
      expect(Math.min(limits.account_rupees, ...equity)).toBeGreaterThanOrEqual(0);
    });
  });
});

describe('money', () => {
  test('equity adds up to the last rupee, by trade, by day and in all; every signal is traded or counted', () => {
    eachCase((days) => {
      const { trades, days: byDay, equity, metrics, signals, skipped } = replay(days);
      const total = trades.reduce((sum, trade) => sum + trade.pnl_rupees, 0);
      expect(equity.at(-1) ?? 1e6).toBeCloseTo(1e6 + total, 5);
      expect(byDay.at(-1)!.equity_rupees).toBeCloseTo(1e6 + total, 5);
      expect(byDay.reduce((sum, day) => sum + day.pnl_rupees, 0)).toBeCloseTo(total, 5);
      expect(byDay.map((day) => day.trades)).toEqual(
        DATES.map((date) => trades.filter((trade) => trade.session === date).length),
      );
      expect(metrics.total_return).toBeCloseTo(total / 1e6, 10);
      for (const trade of trades) {
        const gross = (trade.exit_price - trade.entry_price) * trade.units;
        expect(trade.pnl_rupees).toBeCloseTo(gross - trade.cost_rupees, 6);
      }
      const asked = days.flat().filter((row) => row.score !== null && row.score.position !== 0).length;
      expect(signals).toBe(asked);
      expect(trades.length + Object.values(skipped).reduce((sum, count) => sum + count, 0)).toBe(asked);
    });
  });
  test('costs only take away', () => {
    const free = { from: '2024-01-01', pct: 0, source: 'a market without charges' };
    const costs = Object.fromEntries(
      Object.keys(rules.market.costs).map((key) => [key, [{ ...free, rupees_per_order: 0 }]]),
    );
    const without = { ...rules, market: { ...rules.market, costs } } as unknown as ExchangeRules;
    eachCase((days) => {
      const setting = optionSetting({ sizing: 'one_lot' }, UNBOUNDED);
      const [paid, gross] = [replay(days, setting), replay(days, { ...setting, rules: without })];
      expect(gross.trades.length).toBe(paid.trades.length);
      for (const [i, trade] of paid.trades.entries()) {
        expect(trade.pnl_rupees).toBeLessThan(gross.trades[i]!.pnl_rupees);
        expect(trade.pnl_rupees + trade.cost_rupees).toBeCloseTo(gross.trades[i]!.pnl_rupees, 6);
      }
    });
  });
  test('a market in which calls and puts change places trades the same, the other way round', () => {
    eachCase((days) => {
      const swapped = days.map((rows) =>
        rows.map((row): Row => {
          const position = (0 - (row.score?.position ?? 0) || 0) as -1 | 0 | 1;
          const legs = row.chain?.legs.map((leg) => ({
            ...leg,
            option_type: leg.option_type === 'CE' ? ('PE' as const) : ('CE' as const),
          }));
          return {
            ...row,
            score: row.score && { ...row.score, position },
            chain: row.chain && { ...row.chain, legs: legs! },
          };
        }),
      );
      const ours = replay(days).trades.map(({ direction, option_type, ...trade }) => trade);
      const theirs = replay(swapped).trades.map(({ direction, option_type, ...trade }) => trade);
      expect(theirs).toEqual(ours);
    });
  });
});
