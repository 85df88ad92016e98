import { describe, expect, it } from 'vitest';
import type { Row } from '../../../../bench/peers/option-rows.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import type { Trade } from '../../../../shared/domain/audit/trade.ts';
import type { OptionPolicy } from '../../../../shared/domain/backtest/option-policy.ts';
import { backtestOptions } from '../../../../shared/domain/backtest/option-replay.ts';
import type { OptionSetting } from '../../../../shared/domain/backtest/option-setting.ts';
import { sessionQuotes } from '../../../../shared/domain/backtest/session-quotes.ts';
import { type BrokerBook, emptyBook, withOrder } from '../../../../shared/domain/broker/book.ts';
import { followSession } from '../../../../shared/domain/broker/follow-session.ts';
import { sessionTape } from '../../../../shared/domain/broker/tape.ts';
import { istMs, minuteOfDay, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../../shared/domain/market/snapshot.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import { ordersOfRows, snapshotsOfRows } from '../../../factories/broker-session.ts';
import { optionSetting, sessionOfRows } from '../../../factories/option-market.ts';
import { randomOptionRows } from '../../../factories/random-option-rows.ts';

const DATES = ['2025-12-29', '2025-12-30', '2025-12-31'];
const rules = exchangesRules().NSE_MONTHLY;

interface Case {
  readonly days: readonly (readonly Row[])[];
  readonly setting: OptionSetting;
}

/** Three sessions of a random market under a random policy; some end before their close. */
function randomCase(seed: number): Case {
  const next = seededUniform(seed);
  const one = <Value>(...values: Value[]) => values[Math.floor(next() * values.length)]!;
  const holes = one(0.02, 0.1, 0.3);
  const days = DATES.map((date) =>
    randomOptionRows({
      date,
      rules,
      next,
      holes,
      fromMinute: 555,
      toMinute: one(780, 900, 930),
      signals: 0.4,
      moveRupees: one(2, 6, 12),
    }),
  );
  const policy: Partial<OptionPolicy> = {
    target_rupees: one(null, 10, 25),
    stop_rupees: one(null, 10, 25),
    horizon_minutes: one(null, 5, 15),
    flat_from: one('12:00', '15:20'),
    cooldown_seconds: one(0, 120),
    cooldown_with_positions_seconds: one(0, 300),
    max_positions: one(1, 2),
    max_positions_confident: one(2, 3),
    price_chase_ticks: one(0, 2),
    sizing: one('kelly', 'one_lot'),
  };
  const limits = { account_rupees: one(30_000, 200_000, 1_000_000) };
  return { days, setting: optionSetting(policy, limits) };
}

const CASES = Array.from({ length: 24 }, (_, seed) => randomCase(seed + 1));

interface Played {
  readonly reports: Trade[];
  readonly book: BrokerBook;
}

/** Plays a session to the broker in steps that end at the given times; it knows nothing that comes after a step. */
function play(
  rows: readonly Row[],
  setting: OptionSetting,
  equityRupees: number,
  untils: readonly number[],
): Played {
  const { date } = rows[0]!;
  const snapshots = snapshotsOfRows(rows);
  const orders = ordersOfRows(rows, setting);
  const reports: Trade[] = [];
  let book = emptyBook('NSE', date);
  let taken = 0;
  for (const [at, untilMs] of untils.entries()) {
    for (; taken < orders.length && orders[taken]!.placed_ms < untilMs; taken++) {
      book = withOrder(book, orders[taken]!);
    }
    const seen = snapshots.filter(({ timestamp }) => Date.parse(timestamp) < untilMs);
    const floor = {
      tape: sessionTape(seen, { date, rules, policy: setting.policy }),
      policy: setting.policy,
      limits: setting.limits,
      equityRupees,
      untilMs,
      isOver: at === untils.length - 1,
      leftToTracker: new Set<string>(),
    };
    // What is stored is what goes on.
    book = JSON.parse(JSON.stringify(followSession(book, floor)));
    reports.push(...book.reports);
    book = { ...book, reports: [] };
  }
  return { reports, book };
}

const minuteByMinute = (date: string) =>
  Array.from({ length: 380 }, (_, minute) => istMs(date, 556 + minute));

function inSteps(date: string, seed: number): number[] {
  const next = seededUniform(seed);
  const all = minuteByMinute(date);
  return all.filter((_, at) => next() < 0.1 || at === all.length - 1);
}

/** A closed trade of either, in the words of the other. */
function closedTrades(reports: readonly Trade[]) {
  const opened = new Map(
    reports.filter((one) => one.status === 'executed').map((one) => [one.trade_id, one]),
  );
  return reports
    .filter((one) => one.status === 'closed')
    .map((sale) => {
      const bought = opened.get(sale.trade_id)!;
      return {
        signal: Number(sale.recommendation_id!.slice(11)),
        symbol: sale.symbol,
        lots: sale.quantity_lots,
        entry: [minuteOfDay(Date.parse(bought.timestamp)), bought.price],
        exit: [minuteOfDay(Date.parse(sale.timestamp)), sale.price, sale.reason],
        pnl: sale.pnl,
        costs: sale.costs,
      };
    });
}

function replayed({ days, setting }: Case) {
  const sessions = days.map((rows) => {
    const { date, scores } = sessionOfRows(rows[0]!.date, rows);
    const snapshots = snapshotsOfRows(rows);
    const quoted = snapshots.map(({ timestamp, atm_strike, legs }) => ({
      minute: minuteOfDay(Date.parse(timestamp)),
      atmStrike: atm_strike,
      legs,
    }));
    return { date, scores, quotes: sessionQuotes(snapshots[0]!.expiry, quoted) };
  });
  return backtestOptions(sessions, setting).trades.map((trade) => ({
    signal: trade.signal_minute,
    symbol: `NIFTY-${trade.expiry}-${trade.strike}${trade.option_type}`,
    lots: trade.lots,
    entry: [trade.entry_minute, trade.entry_price],
    exit: [trade.exit_minute, trade.exit_price, trade.exit_reason],
    pnl: trade.pnl_rupees,
    costs: trade.cost_rupees,
  }));
}

function brokered({ days, setting }: Case, steps: (date: string) => number[]) {
  let equity = setting.limits.account_rupees;
  return days.flatMap((rows) => {
    const { reports, book } = play(rows, setting, equity, steps(rows[0]!.date));
    equity += book.tally.profitRupees;
    return [{ rows, reports, book }];
  });
}

describe('the broker fed snapshot by snapshot', () => {
  const played = CASES.map((one) => ({ one, days: brokered(one, minuteByMinute) }));

  it('makes exactly the trades of the option replay: contracts, lots, minutes, prices, reasons, costs and profits', () => {
    const reasons = new Map<unknown, number>();
    for (const { one, days } of played) {
      const trades = closedTrades(days.flatMap(({ reports }) => reports));
      expect(trades).toEqual(replayed(one));
      for (const { exit } of trades) reasons.set(exit[2], (reasons.get(exit[2]) ?? 0) + 1);
    }
    for (const reason of ['target', 'stop', 'horizon', 'session_close', 'unquoted']) {
      expect(reasons.get(reason), reason).toBeGreaterThan(4);
    }
  });

  it('comes to the same in whatever steps it is run, also in one go after the close', () => {
    for (const [seed, { one, days }] of played.entries()) {
      for (const steps of [
        (date: string) => inSteps(date, seed + 1),
        (date: string) => minuteByMinute(date).slice(-1),
      ]) {
        expect(brokered(one, steps).map(({ reports }) => reports)).toEqual(
          days.map(({ reports }) => reports),
        );
      }
    }
  });

  it('buys or refuses every order once, sells what it bought once, and is done', () => {
    for (const { one, days } of played) {
      for (const { rows, reports, book } of days) {
        const ids = (...statuses: string[]) =>
          reports
            .filter(({ status }) => statuses.includes(status))
            .map(({ recommendation_id }) => recommendation_id)
            .toSorted();
        const orders = ordersOfRows(rows, one.setting).map(({ recommendation_id }) => recommendation_id);
        expect(ids('executed', 'rejected')).toEqual(orders.toSorted());
        expect(ids('closed')).toEqual(ids('executed'));
        expect(book).toMatchObject({ done: true, positions: [], waiting: [], sent: null });
      }
    }
  });
});

describe('what comes later', () => {
  const spoilt = (snapshot: StoredSnapshot, next: () => number): StoredSnapshot => ({
    ...snapshot,
    legs: snapshot.legs.map((leg) => ({ ...leg, best_bid: 500 * next(), best_ask: null, ltp: 400 * next() })),
  });

  it('changes nothing that was reported before', () => {
    const next = seededUniform(5);
    let made = 0;
    for (const { days, setting } of CASES) {
      const rows = days[0]!;
      const { date } = rows[0]!;
      const until = istMs(date, 560 + Math.floor(next() * 200));
      const snapshots = snapshotsOfRows(rows);
      const orders = ordersOfRows(rows, setting);
      const run = (chain: readonly StoredSnapshot[]) => {
        const book = orders
          .filter(({ placed_ms }) => placed_ms < until)
          .reduce(withOrder, emptyBook('NSE', date));
        const tape = sessionTape(chain, { date, rules, policy: setting.policy });
        const { policy, limits } = setting;
        const equityRupees = limits.account_rupees;
        return followSession(book, {
          tape,
          policy,
          limits,
          equityRupees,
          untilMs: until,
          isOver: false,
          leftToTracker: new Set(),
        });
      };
      const later = snapshots.map((one) => (one.timestamp < utcIso(until) ? one : spoilt(one, next)));
      const before = run(snapshots.filter((one) => one.timestamp < utcIso(until)));
      expect(run(later)).toEqual(before);
      made += before.reports.length;
    }
    expect(made).toBeGreaterThan(100);
  });
});
