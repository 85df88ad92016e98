import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../../../shared/config/execution.ts';
import { gatePolicy } from '../../../../shared/config/gate.ts';
import { riskPolicy } from '../../../../shared/config/risk.ts';
import { backtestOptions } from '../../../../shared/domain/backtest/option-replay.ts';
import { scoreColumns } from '../../../../shared/domain/backtest/score-columns.ts';
import {
  type Execution,
  GATE_SIZING,
  type OptionExecution,
  statedOptions,
} from '../../../../shared/domain/evaluation/execution.ts';
import { measure } from '../../../../shared/domain/evaluation/measure.ts';
import { recordedQuotes } from '../../../../shared/domain/evaluation/recorded-quotes.ts';
import { replayOptions } from '../../../../shared/domain/evaluation/replay-options.ts';
import type { ScoredRow } from '../../../../shared/domain/evaluation/scored-row.ts';
import { tradingOf } from '../../../../shared/domain/evaluation/trading-summary.ts';
import { tradingSentence, tradingTable } from '../../../../shared/domain/evaluation/trading-words.ts';
import { type Verdict, verdict } from '../../../../shared/domain/evaluation/verdict.ts';
import { verdictMarkdown } from '../../../../shared/domain/evaluation/verdict-markdown.ts';
import { chainTable } from '../../../../shared/domain/lake/chain-rows.ts';
import { chooseContract } from '../../../../shared/domain/scoring/contract.ts';
import { aPricedSnapshot } from '../../../factories/priced-chain.ts';
import { gateCase, judged } from './gate-case.ts';

const RECORDED = ['2025-11-24', '2025-11-25'];
const NOT_RECORDED = '2025-11-26';
const MINUTES = 120;
const { rules: gateRules } = gatePolicy();

/** The underlying rises by three points a minute for forty minutes, then falls, and so on. */
const priceAt = (minute: number) => 26_000 + 3 * Math.abs(((minute + 40) % 80) - 40);

const chainOf = (date: string) =>
  Array.from({ length: MINUTES }, (_, minute) =>
    aPricedSnapshot({
      ...{ exchange: 'NSE_MONTHLY', expiry: '2025-12-30', date, minute, price: priceAt(minute), sides: 4 },
    }),
  );

const quotes = new Map(
  RECORDED.map((date) => {
    const table = chainTable(chainOf(date).map((snapshot) => ({ ...snapshot, revised: false })));
    return [date, recordedQuotes(table)!];
  }),
);

const options: OptionExecution = {
  policy: 'tracker-v2',
  setting: {
    exchange: 'NSE',
    policy: { ...optionPolicy('tracker-v2'), sizing: GATE_SIZING },
    rules: exchangesRules().NSE_MONTHLY,
    limits: riskPolicy(),
    edges: { buy: { payoff: 0, mostProbable: 0 }, sell: { payoff: 0, mostProbable: 0 } },
  },
  quotes,
  quotesHash: 'c'.repeat(64),
};
const execution: Execution = { ...executionConfig().backtest, options };

/** Knows the next forty minutes, and asks for a position in the first minute of each such run. */
const rowsOf = (session: string): ScoredRow[] =>
  Array.from({ length: MINUTES }, (_, minute) => {
    const rises = priceAt(minute + 1) > priceAt(minute);
    return {
      ...{ session, minute: 555 + minute, price: priceAt(minute), regime: 0, hold: 0.1 },
      ...(rises ? { buy: 0.7, sell: 0.2, label: 1 as const } : { buy: 0.2, sell: 0.7, label: -1 as const }),
      position: minute % 40 === 0 ? (rises ? 1 : -1) : 0,
    };
  });
const rows = [...RECORDED, NOT_RECORDED].flatMap(rowsOf);

function verdictOn(over: Execution): Verdict {
  const bundle = judged();
  const all = measure(rows, over, gateRules);
  const context = gateCase({ candidate: { ...bundle, all, held_out: all } });
  const about = { exchange: 'NSE', target: 'tb15', dataset_version: 'd', evaluated_at: 'now' };
  return verdict({ ...about, context, execution: over });
}

describe('scored rows, replayed in options', () => {
  const replayed = replayOptions(rows, options);
  test('are those of the engine, session by session', () => {
    const sessions = [...RECORDED, NOT_RECORDED].map((date) => ({
      date,
      scores: scoreColumns(rowsOf(date)),
      quotes: quotes.get(date) ?? null,
    }));
    expect(replayed).toEqual(backtestOptions(sessions, options.setting));
  });
  test('gain when they know the future, calls and puts alike', () => {
    expect(new Set(replayed.trades.map(({ option_type }) => option_type))).toEqual(new Set(['CE', 'PE']));
    expect(replayed.trades.map(({ exit_reason }) => exit_reason)).toContain('target');
    expect(replayed.metrics.hit_rate).toBe(1);
    expect(replayed.trades.every(({ lots }) => lots === 1)).toBe(true);
  });
  test('of a session that was not recorded trade nothing, and it counts as a day', () => {
    expect(replayed.skipped.no_contract).toBe(3);
    expect(replayed.days.map(({ session, trades }) => [session, trades > 0])).toEqual([
      [RECORDED[0], true],
      [RECORDED[1], true],
      [NOT_RECORDED, false],
    ]);
  });
  test('choose the contract that a live answer names on the same chain', () => {
    for (const date of RECORDED) {
      const chain = chainOf(date);
      for (const trade of replayed.trades.filter(({ session }) => session === date)) {
        const snapshot = chain[trade.signal_minute - 555]!;
        const action = trade.direction === 1 ? 'BUY' : 'SELL';
        const choice = options.setting.policy.contracts.NSE;
        const named = chooseContract(
          action,
          { snapshot, strikeStep: 50 },
          choice,
          Date.parse(snapshot.timestamp),
        );
        const leg = snapshot.legs.find(({ symbol, option_type }) => {
          return symbol === named?.symbol && option_type === trade.option_type;
        });
        expect(leg?.strike).toBe(trade.strike);
        expect(named?.expiry).toBe(trade.expiry);
      }
    }
  });
});

describe('what rules rest on', () => {
  test('the options where they are given, the underlying otherwise; both are kept', () => {
    const both = measure(rows, execution, gateRules);
    expect(both.backtest).toBe(both.options);
    expect(both.underlying?.metrics.trades).toBeGreaterThan(0);
    const alone = measure(rows, executionConfig().backtest, gateRules);
    expect(alone.backtest).toBe(alone.underlying);
    expect(alone.options).toBeNull();
    expect(alone.underlying).toEqual(both.underlying);
  });
  test('signals of days without quotes earn nothing in options, whatever the underlying did', () => {
    const unrecorded = measure(rowsOf(NOT_RECORDED), execution, gateRules);
    expect(unrecorded.backtest.metrics).toMatchObject({ trades: 0, total_return: 0, sessions: 1 });
    expect(unrecorded.underlying?.metrics.total_return).not.toBe(0);
  });
});

describe('the statement of the trade', () => {
  const stated = statedOptions(options, [...RECORDED, NOT_RECORDED])!;
  test('has the policy, the chain, and which sessions were recorded', () => {
    expect(stated).toMatchObject({
      ...{ policy: 'tracker-v2', sizing: 'one_lot', target_rupees: 25, stop_rupees: 25, flat_from: '15:20' },
      contract: { chain: 'NSE_MONTHLY', strikes_in_the_money: 0 },
      ...{ recorded: 2, not_recorded: [NOT_RECORDED], quotes_hash: 'c'.repeat(64) },
      account_rupees: riskPolicy().account_rupees,
    });
  });
  test('has what orders were charged with, once for sessions with the same', () => {
    expect(stated.terms).toHaveLength(1);
    expect(stated.terms[0]).toMatchObject({ from: RECORDED[0], step: 50, units: 75, tickRupees: 0.05 });
    expect(stated.terms[0]!.selling.rate).toBeGreaterThan(stated.terms[0]!.buying.rate);
  });
  test('is none where no option is traded', () => {
    expect(statedOptions(null, RECORDED)).toBeNull();
    expect(statedOptions(undefined, RECORDED)).toBeNull();
  });
});

describe('a verdict on the trade in options', () => {
  const result = verdictOn(execution);
  test('says what it rests on, the policy and both records', () => {
    expect(result.rests_on).toBe('options');
    expect(result.execution).toEqual(executionConfig().backtest);
    expect(result.options).toEqual(statedOptions(options, [...RECORDED, NOT_RECORDED]));
    const { trading, trades } = result.candidate;
    expect(trades).toBe(trading.options?.trades);
    expect(trading.options?.skipped).toMatchObject({ no_contract: 3 });
    expect(trading.underlying?.trades).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(result)).options.terms).toHaveLength(1);
  });
  test('says it in words, with the signals that were not traded', () => {
    const text = verdictMarkdown(result);
    expect(text).toContain(
      'policy tracker-v2: one lot of NSE_MONTHLY at the money, a call on BUY and a put on SELL, at recorded prices, ' +
        'recorded on 2 of 3 sessions (nothing is traded on the others). ' +
        'Sold 25 rupees above, 25 below the entry price, at 15:20.',
    );
    expect(text).toContain('| number | options (judged) | underlying |');
    expect(text).toMatch(/\| not traded \| .*no_contract 3/);
    expect(text).toContain(`quotes ${'c'.repeat(64)}`);
  });
  test('of the underlying alone says so', () => {
    const alone = verdictOn(executionConfig().backtest);
    expect(alone).toMatchObject({ rests_on: 'underlying', options: null });
    expect(tradingSentence(alone)).toContain('The rules rest on the trade in the underlying.');
    expect(tradingTable(alone)?.head).toEqual(['number', 'underlying (judged)']);
  });
  test('has production beside it, where there is one', () => {
    const baseline = { ...result.candidate, version: 'old' };
    expect(tradingTable({ ...result, baseline })?.head).toEqual([
      'number',
      'options (judged)',
      'underlying',
      'production, options',
      'production, underlying',
    ]);
  });
  test('of nothing that was replayed has no table', () => {
    const bare = { ...result, candidate: { ...result.candidate, trading: tradingOf({}) } };
    expect(tradingTable(bare)).toBeUndefined();
  });
});
