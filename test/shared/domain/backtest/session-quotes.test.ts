import { describe, expect, test } from 'vitest';
import { scoreColumns } from '../../../../shared/domain/backtest/score-columns.ts';
import { type QuotedMinute, sessionQuotes } from '../../../../shared/domain/backtest/session-quotes.ts';

const quoted = (strike: number, option_type: 'CE' | 'PE', ltp: number | null, volume = 10) => ({
  strike,
  option_type,
  ltp,
  volume,
  oi: null,
  best_bid: ltp === null ? null : ltp - 1,
  best_ask: null,
});

describe('the quotes of a session', () => {
  const rows: QuotedMinute[] = [
    { minute: 600, atmStrike: 100, legs: [quoted(100, 'CE', 5), quoted(100, 'PE', 6)] },
    { minute: 602, atmStrike: 150, legs: [quoted(150, 'CE', 7), quoted(100, 'CE', null)] },
    { minute: 604, atmStrike: 150, legs: [quoted(100, 'CE', 5)] },
    { minute: 605, atmStrike: 150, legs: [quoted(100, 'CE', 5, 11)] },
  ];
  const quotes = sessionQuotes('2026-01-27', rows)!;
  test('lie by strike, then by minute; what is missing is NaN', () => {
    expect(quotes).toMatchObject({ expiry: '2026-01-27' });
    expect([...quotes.minutes]).toEqual([600, 602, 604, 605]);
    expect([...quotes.atmStrike]).toEqual([100, 150, 150, 150]);
    expect([...quotes.strikes]).toEqual([100, 150]);
    const nan = Number.NaN;
    expect([...quotes.calls.bid]).toEqual([4, nan, 4, 4, nan, 6, nan, nan]);
    expect([...quotes.puts.bid]).toEqual([5, nan, nan, nan, nan, nan, nan, nan]);
    expect([...quotes.calls.ask]).toEqual(new Array(8).fill(nan));
  });
  test('have a last price while it is fresh only', () =>
    // At 10:04 the call has not traded since 10:00; a minute later its volume rises.
    expect([...quotes.calls.fresh].slice(0, 4)).toEqual([5, Number.NaN, Number.NaN, 5]));
  test('that was not recorded are none', () => expect(sessionQuotes('2026-01-27', [])).toBeNull());
});

test('strikes are in order of their number, not of their text', () =>
  expect([
    ...sessionQuotes('2026-01-27', [
      { minute: 600, atmStrike: 9900, legs: [quoted(10_000, 'CE', 5), quoted(9900, 'CE', 6)] },
    ])!.strikes,
  ]).toEqual([9900, 10_000]));

describe('scores by column', () => {
  test('have the probability of what is acted on, and its share of both directions', () => {
    const columns = scoreColumns([
      { minute: 600, position: 1, sell: 0.2, hold: 0.2, buy: 0.6 },
      { minute: 601, position: -1, sell: 0.5, hold: 0.5, buy: 0 },
      { minute: 602, position: 0, sell: 0.1, hold: 0.8, buy: 0.1 },
    ]);
    expect([...columns.minute]).toEqual([600, 601, 602]);
    expect([...columns.position]).toEqual([1, -1, 0]);
    expect([...columns.confidence]).toEqual([0.6, 0.5, 0.8]);
    expect(columns.winProbability[0]).toBeCloseTo(0.75, 12);
    expect(columns.winProbability[1]).toBe(1);
  });
  test('without any direction win nothing', () =>
    expect(scoreColumns([{ minute: 1, position: 1, sell: 0, hold: 1, buy: 0 }]).winProbability[0]).toBe(0));
  test('of no rows are empty', () => expect(scoreColumns([]).minute).toHaveLength(0));
});
