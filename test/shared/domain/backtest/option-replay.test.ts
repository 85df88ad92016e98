import { describe, expect, test } from 'vitest';
import type { Row } from '../../../../bench/peers/option-rows.ts';
import { RowByRowEngine } from '../../../../bench/peers/row-by-row-backtest.ts';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { backtestOptions, type OptionBacktest } from '../../../../shared/domain/backtest/option-replay.ts';
import type { OptionSetting } from '../../../../shared/domain/backtest/option-setting.ts';
import {
  EXIT_REASONS,
  type OptionTrade,
  SKIP_REASONS,
} from '../../../../shared/domain/backtest/option-trade.ts';
import { sessionOf } from '../../../../shared/domain/market/calendar.ts';
import { seededUniform } from '../../../../shared/stats/seeded-uniform.ts';
import { optionSetting, sessionOfRows } from '../../../factories/option-market.ts';
import { randomOptionRows } from '../../../factories/random-option-rows.ts';

/** Ordinary days, half days, the Saturday with a pause, an evening session. */
const DATES = ['2024-03-02', '2024-11-01', '2025-10-21', '2025-12-30', '2026-03-02', '2026-08-18'];

interface Case {
  readonly setting: OptionSetting;
  readonly days: readonly (readonly Row[])[];
}

/** A few sessions of a random market under a random policy, from a seed. */
function randomCase(seed: number): Case {
  const next = seededUniform(seed);
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const exchange = pick('NSE', 'BSE', 'BANKNIFTY_MONTHLY');
  const most = pick(1, 2, 2, 3);
  const base = optionSetting();
  const { chain } = base.policy.contracts[exchange];
  const rules = exchangesRules()[chain];
  const setting = optionSetting(
    {
      target_rupees: pick(25, 25, 8, null),
      stop_rupees: pick(25, 25, 8, null),
      horizon_minutes: pick(null, null, 5, 15),
      cooldown_seconds: pick(0, 0, 120),
      cooldown_with_positions_seconds: pick(300, 300, 0, 60),
      max_positions: most,
      max_positions_confident: most + pick(0, 1, 1),
      price_chase_ticks: pick(2, 2, 0),
      sizing: pick('kelly', 'kelly', 'one_lot'),
    },
    {
      account_rupees: pick(1_000_000, 1_000_000, 20_000),
      circuit_breaker: { max_daily_loss: pick(0.02, 0.005, 0.5), max_consecutive_losses: pick(5, 2, 100) },
    },
    {
      exchange,
      rules,
      edges: {
        buy: { payoff: pick(1.2, 1.2, 0.6), mostProbable: pick(1, 0.62) },
        sell: { payoff: pick(1.2, 0), mostProbable: 1 },
      },
    },
  );
  const dates = DATES.filter(() => next() < 0.5);
  const days = dates.map((date) => {
    const { openMinute, closeMinute } = sessionOf(date, rules)!;
    const step = chain === 'NSE_MONTHLY' ? 50 : 100;
    const signals = pick(0.05, 0.3, 0.9);
    const holes = pick(0, 0.1, 0.3);
    const toMinute = Math.min(closeMinute, openMinute + pick(20, 60, 400));
    const rows = randomOptionRows({
      date,
      rules,
      next,
      fromMinute: openMinute,
      toMinute,
      step,
      signals,
      holes,
      moveRupees: pick(2, 6, 15),
    });
    return next() < 0.1 ? rows.map((row) => ({ ...row, chain: null })) : rows;
  });
  return { setting, days };
}

function replayed({ setting, days }: Case): OptionBacktest {
  return backtestOptions(
    days.map((rows) => sessionOfRows(rows[0]!.date, rows)),
    setting,
  );
}

const inEntryOrder = (trades: readonly OptionTrade[]) =>
  trades.toSorted((a, b) =>
    a.session < b.session
      ? -1
      : a.session > b.session
        ? 1
        : a.entry_minute - b.entry_minute || a.signal_minute - b.signal_minute,
  );

/** Money to a thousandth of a rupee, everything else as it is. */
const rounded = (trade: OptionTrade) => ({
  ...trade,
  pnl_rupees: Number(trade.pnl_rupees.toFixed(3)),
  cost_rupees: Number(trade.cost_rupees.toFixed(3)),
});

describe('on random markets', () => {
  test('600 cases have the trades and the skipped signals of an engine that goes row by row', () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (let seed = 1; seed <= 600; seed++) {
      const one = randomCase(seed);
      const ours = replayed(one);
      const engine = new RowByRowEngine(one.setting);
      for (const rows of one.days) engine.session(rows);
      expect(inEntryOrder(ours.trades).map(rounded), `seed ${seed}`).toEqual(
        inEntryOrder(engine.trades).map(rounded),
      );
      const skipped = Object.fromEntries(Object.entries(ours.skipped).filter(([, count]) => count > 0));
      expect(skipped, `seed ${seed}`).toEqual(engine.skipped);
      for (const trade of ours.trades) count(trade.exit_reason);
      for (const reason of Object.keys(skipped)) count(reason);
    }
    // The cases are worth something only where all that can happen happens.
    for (const reason of EXIT_REASONS) expect(seen.get(reason), reason).toBeGreaterThan(10);
    for (const reason of SKIP_REASONS.filter((one) => one !== 'unknown_terms')) {
      expect(seen.get(reason), reason).toBeGreaterThan(10);
    }
  });
});
