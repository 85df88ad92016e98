import { describe, expect, test } from 'vitest';
import type { Row, RowLeg } from '../../../../bench/peers/option-rows.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { backtestOptions } from '../../../../shared/domain/backtest/option-replay.ts';
import type { OptionSetting } from '../../../../shared/domain/backtest/option-setting.ts';
import type { OptionTrade, SkipReason } from '../../../../shared/domain/backtest/option-trade.ts';
import { tradingCosts } from '../../../../shared/domain/market/trading-costs.ts';
import { bseWithFeesFrom } from '../../../factories/known-fees.ts';
import { optionSetting, sessionOfRows } from '../../../factories/option-market.ts';

const DATE = '2025-12-29';
const EXPIRY = '2025-12-30';
const ATM = 26_000;

type Leg = Partial<RowLeg>;
type Legs = Record<string, Leg | number>;
interface Minute {
  readonly signal?: -1 | 1;
  readonly confidence?: number;
  /** By strike and type; a number is a quote half a rupee either side of it. */
  readonly legs?: Legs | null;
}

const leg = ([key, value]: [string, Leg | number]): RowLeg => {
  const quoted = typeof value === 'number' ? { fresh: value, bid: value - 0.5, ask: value + 0.5 } : value;
  const option_type = key.endsWith('CE') ? 'CE' : 'PE';
  return { strike: Number(key.slice(0, -2)), option_type, fresh: null, bid: null, ask: null, ...quoted };
};

/** Minutes of a session from 10:00 on, or from the given minute; one left out has no chain and no score. */
function rowsOf(minutes: readonly (Minute | null)[], from = 600, expiry = EXPIRY): Row[] {
  return minutes.flatMap((one, i) => {
    if (one === null) return [];
    const confidence = one.confidence ?? 0.8;
    const score = { position: one.signal ?? (0 as const), confidence, winProbability: confidence };
    const legs = one.legs === null ? null : Object.entries(one.legs ?? {}).map(leg);
    const chain = legs && { expiry, atm_strike: ATM, legs };
    return [{ date: DATE, minute: from + i, score, chain }];
  });
}

/** A call at the money at these prices, bought on the first minute's signal. */
const call = (...prices: readonly (number | Leg)[]): Minute[] =>
  prices.map((price, i) => ({ ...(i === 0 ? { signal: 1 as const } : {}), legs: { '26000CE': price } }));

function replay(rows: readonly Row[], setting: OptionSetting = optionSetting({ sizing: 'one_lot' })) {
  return backtestOptions([sessionOfRows(DATE, rows)], setting);
}

function onlyTrade(rows: readonly Row[], setting?: OptionSetting): OptionTrade {
  const { trades } = replay(rows, setting);
  expect(trades).toHaveLength(1);
  return trades[0]!;
}

function skippedAs(reason: SkipReason, rows: readonly Row[], setting?: OptionSetting, count = 1): void {
  const { skipped } = replay(rows, setting);
  expect(Object.fromEntries(Object.entries(skipped).filter(([, n]) => n > 0))).toEqual({ [reason]: count });
}

describe('one trade by hand', () => {
  const trade = onlyTrade(rowsOf(call(300, 302, 310, 330)));
  test('is bought at the next ask and two ticks, and sold at the target', () =>
    expect(trade).toMatchObject({
      direction: 1,
      strike: 26_000,
      option_type: 'CE',
      expiry: EXPIRY,
      lots: 1,
      units: 75,
      signal_minute: 600,
      entry_minute: 601,
      entry_price: 302.6,
      exit_minute: 603,
      exit_price: 327.6,
      exit_reason: 'target',
    }));
  test('pays what both orders cost that day', () => {
    const of = (side: 'buy' | 'sell', premiumRupees: number) =>
      tradingCosts({ side, premiumRupees, units: 75, date: DATE, rules: exchangesRules().NSE_MONTHLY });
    const costs = of('buy', 302.6).totalRupees + of('sell', 327.6).totalRupees;
    expect(trade.cost_rupees).toBeCloseTo(costs, 8);
    expect(trade.pnl_rupees).toBeCloseTo(25 * 75 - costs, 8);
  });
  test('a SELL buys the put', () =>
    expect(
      onlyTrade(
        rowsOf([
          { signal: -1, legs: { '26000PE': 200, '26000CE': 300 } },
          { legs: { '26000PE': 200, '26000CE': 300 } },
          { legs: { '26000PE': 230, '26000CE': 270 } },
        ]),
      ),
    ).toMatchObject({ direction: -1, option_type: 'PE', entry_price: 200.6, exit_reason: 'target' }));
});

describe('exits', () => {
  test('a stop is sold at what is quoted then, however far below', () =>
    expect(onlyTrade(rowsOf(call(300, 300, 260)))).toMatchObject({ exit_price: 259.5, exit_reason: 'stop' }));
  test('what is held is closed from 15:20 on', () =>
    expect(onlyTrade(rowsOf(call(300, 300, 301, 302, 303), 917))).toMatchObject({
      exit_minute: 920,
      exit_price: 301.5,
      exit_reason: 'session_close',
    }));
  test('a horizon ends it at the first observation at or after it', () => {
    const setting = optionSetting({ sizing: 'one_lot', horizon_minutes: 3 });
    const rows = rowsOf([...call(300, 300, 301, 302), null, { legs: { '26000CE': 303 } }]);
    expect(onlyTrade(rows, setting)).toMatchObject({ exit_minute: 605, exit_reason: 'horizon' });
  });
  test('a minute without a price is waited out', () =>
    expect(onlyTrade(rowsOf(call(300, 300, {}, 340)))).toMatchObject({
      exit_minute: 603,
      exit_reason: 'target',
    }));
  test('a contract that is quoted no more is worth what it last was, nothing if that is unknown', () => {
    expect(onlyTrade(rowsOf(call(300, 300, 310, {})))).toMatchObject({
      exit_minute: 930,
      exit_price: 309.5,
      exit_reason: 'unquoted',
    });
    expect(onlyTrade(rowsOf(call(300, { ask: 300 }, {})))).toMatchObject({ exit_price: 0 });
  });
  test('without quotes the last price counts, worse by the slippage', () => {
    const trade = onlyTrade(rowsOf(call({ fresh: 300 }, { fresh: 300 }, { fresh: 340 })));
    expect(trade.entry_price).toBeCloseTo(300 * 1.0015 + 0.1, 9);
    expect(trade.exit_price).toBeCloseTo(trade.entry_price + 25, 9);
  });
});

describe('the contract', () => {
  const setting = optionSetting({ sizing: 'one_lot' }, {}, { exchange: 'BSE', rules: exchangesRules().BSE });
  const bse = (legs: Legs) => rowsOf([{ signal: 1, legs }, { legs }, { legs }], 600, '2026-01-01');
  test('of BSE lies two strikes in the money, else nearest in the money', () => {
    const ladder = { '25700CE': 330, '25800CE': 250, '25900CE': 170, '26000CE': 100 };
    const { '25800CE': _, ...without } = ladder;
    expect(onlyTrade(bse(ladder), setting).strike).toBe(25_800);
    expect(onlyTrade(bse(without), setting).strike).toBe(25_900);
    skippedAs('no_contract', bse({ '26000CE': 100 }), setting);
  });
  test('at the money has no stand-in', () =>
    skippedAs(
      'no_contract',
      rowsOf([{ signal: 1, legs: { '25950CE': 330 } }, { legs: { '26000CE': 300 } }]),
    ));
  test('of a stale chain is none', () => {
    const stale = [{ legs: { '26000CE': 300 } }, null, null, null] as const;
    const late = { signal: 1, legs: null } as const;
    skippedAs('no_contract', rowsOf([...stale, late, { legs: { '26000CE': 300 } }]));
    const inTime = rowsOf([
      ...stale.slice(0, 3),
      late,
      { legs: { '26000CE': 300 } },
      { legs: { '26000CE': 300 } },
    ]);
    expect(onlyTrade(inTime)).toMatchObject({ signal_minute: 603, entry_minute: 604 });
  });
  test('is not bought once the next observation is too far away, nor without a price then', () => {
    const [signal, next] = call(300, 300);
    skippedAs('no_contract', rowsOf([signal!, null, null, null, next!]));
    skippedAs('no_contract', rowsOf(call(300, {})));
    expect(onlyTrade(rowsOf([signal!, null, null, next!, next!])).entry_minute).toBe(603);
  });
  test('a chain that was not recorded is none', () =>
    skippedAs(
      'no_contract',
      rowsOf([
        { signal: 1, legs: null },
        { signal: 1, legs: null },
      ]),
      undefined,
      2,
    ));
});

describe('what is not entered', () => {
  const always = (count: number, confidence = 0.8, price = 300): Minute[] =>
    Array.from({ length: count }, () => ({ signal: 1, confidence, legs: { '26000CE': price } }));
  test('from 15:20 on, and what would be bought then', () => {
    skippedAs('session_ending', rowsOf(always(4), 919), undefined, 4);
    const { trades, skipped } = replay(rowsOf(always(4), 918));
    expect([trades.length, trades[0]?.entry_minute, skipped.session_ending]).toEqual([1, 919, 2]);
  });
  test('a third position, unless the score is sure', () => {
    const quick = optionSetting({ sizing: 'one_lot', cooldown_with_positions_seconds: 0 });
    expect(replay(rowsOf(always(10)), quick).trades).toHaveLength(2);
    expect(replay(rowsOf(always(10, 0.95)), quick).trades).toHaveLength(3);
    expect(replay(rowsOf(always(10)), quick).skipped.positions_full).toBe(8);
  });
  test('within five minutes of an entry while something is held', () =>
    expect(replay(rowsOf(always(12))).trades.map((trade) => trade.entry_minute)).toEqual([601, 607]));
  test('right after a position was closed there is no wait', () =>
    expect(
      replay(rowsOf(always(4).map((one, i) => ({ ...one, legs: { '26000CE': 300 + 30 * i } })))).trades.map(
        ({ entry_minute, exit_minute }) => [entry_minute, exit_minute],
      ),
    ).toEqual([
      [601, 602],
      [603, 930],
    ]));
  test('after five losing trades in a row, until the next session', () => {
    const falling = Array.from({ length: 40 }, (_, i) => 3000 - 30 * i);
    const rows = rowsOf(falling.map((price) => ({ signal: 1, legs: { '26000CE': price } })));
    const { trades, skipped } = replay(rows);
    expect(trades).toHaveLength(5);
    expect(skipped.breaker_open).toBeGreaterThan(20);
    const twice = [sessionOfRows(DATE, rows), sessionOfRows('2025-12-30', rows)];
    expect(backtestOptions(twice, optionSetting({ sizing: 'one_lot' })).trades).toHaveLength(10);
  });
  test('a trade that wins ends the run of losses', () => {
    const prices = Array.from({ length: 40 }, (_, i) => 3000 - 30 * i + (i >= 6 ? 90 : 0));
    const rows = rowsOf(prices.map((price) => ({ signal: 1, legs: { '26000CE': price } })));
    const setting = optionSetting({ sizing: 'one_lot' }, { account_rupees: 1e7 });
    const { trades } = replay(rows, setting);
    expect(trades.map((trade) => trade.pnl_rupees > 0).indexOf(true)).toBe(2);
    expect(trades).toHaveLength(3 + 5);
  });
  test('without an edge, or below one lot of it', () => {
    const none = { payoff: 0, mostProbable: 1 };
    const rows = rowsOf(call(300, 300));
    skippedAs('no_edge', rows, optionSetting({}, {}, { edges: { buy: none, sell: none } }));
    skippedAs('no_lots', rows, optionSetting({}, { account_rupees: 50_000 }));
  });
  test('beyond what the account can pay', () =>
    skippedAs(
      'no_margin',
      rowsOf(call(300, 300)),
      optionSetting({ sizing: 'one_lot' }, { account_rupees: 20_000 }),
    ));
  test('or can pay the premium of, but not the charges of the purchase', () => {
    const premiumRupees = 300.6;
    const rules = exchangesRules().NSE_MONTHLY;
    const charges = tradingCosts({ side: 'buy', premiumRupees, units: 75, date: DATE, rules }).totalRupees;
    const withRupees = (account_rupees: number) => optionSetting({ sizing: 'one_lot' }, { account_rupees });
    const [enough, rows] = [premiumRupees * 75 + charges, rowsOf(call(300, 300))];
    expect(onlyTrade(rows, withRupees(enough + 0.01)).entry_price).toBeCloseTo(premiumRupees, 9);
    skippedAs('no_margin', rows, withRupees(enough - 0.01));
  });
  test('with what an earlier session has lost', () => {
    const rows = rowsOf(call(300, 300, 260));
    const setting = optionSetting({ sizing: 'one_lot' }, { account_rupees: 24_000 });
    const days = [sessionOfRows(DATE, rows), sessionOfRows('2025-12-30', rows)];
    const { trades, skipped } = backtestOptions(days, setting);
    expect([trades.length, skipped.no_margin]).toEqual([1, 1]);
  });
  test('while an order has met no observation yet', () => {
    const [signal, next] = call(300, 300);
    const rows = rowsOf([signal!, { signal: 1, legs: null }, next!, next!]);
    const { trades, skipped } = replay(rows);
    expect([trades.length, skipped.order_pending]).toEqual([1, 1]);
  });
  test('on a date whose charges are not known', () => {
    const rules = bseWithFeesFrom('2026-01-01');
    skippedAs('unknown_terms', rowsOf(call(300, 300)), optionSetting({}, {}, { exchange: 'BSE', rules }));
  });
});

describe('the size', () => {
  test('is what Kelly stakes over what the stop loses of a lot', () => {
    // Kelly on 0.8 x 0.95 at 1.2 to 1 is 0.56, of which 30 %, at most 2 % of a million, over 25 x 75 a lot.
    expect(onlyTrade(rowsOf(call(300, 300, 340)), optionSetting()).lots).toBe(10);
    expect(
      onlyTrade(
        rowsOf(call(300, 300, 340)),
        optionSetting(
          { stop_rupees: null },
          { kelly: { shrinkage: 0, fraction: 1, cap: 0.1, min_measured_trades: 0 } },
        ),
      ).lots,
    ).toBe(4);
  });
  test('is cut to what the account can pay', () =>
    expect(
      onlyTrade(
        rowsOf(call(300, 300, 340)),
        optionSetting(
          {},
          {
            account_rupees: 1e6,
            kelly: { shrinkage: 0, fraction: 1, cap: 1, min_measured_trades: 0 },
            max_lots: 100,
          },
        ),
      ).lots,
    ).toBe(44));
});
