import { describe, expect, it } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { brokerExchangesOf, executionConfig, optionPolicy } from '../../../../shared/config/execution.ts';
import { emptyBook, followedBy, isIdle, withOrder } from '../../../../shared/domain/broker/book.ts';
import { brokerExchanges } from '../../../../shared/domain/broker/broker-policy.ts';
import { type Order, orderOf } from '../../../../shared/domain/broker/order.ts';
import { sessionTape } from '../../../../shared/domain/broker/tape.ts';
import { aRecommendation } from '../../../factories/recommendation.ts';
import { aLeg, aStoredSnapshot } from '../../../factories/snapshot.ts';

const AT = '2025-12-04T12:35:00+05:30';
const atMs = Date.parse(AT);

describe('orderOf', () => {
  it('is the recommendation as the broker had it, not before', () => {
    const recommendation = aRecommendation({ recorded_at: '2025-12-04T07:05:01.500Z' });
    expect(orderOf(recommendation, atMs + 20_000)).toEqual({
      ...{ recommendation_id: recommendation.id, exchange: 'NSE', date: '2025-12-04', confidence: 0.6 },
      ...{ symbol: 'NIFTY25D0926050CE', lots: 2, minute: 755, placed_ms: atMs + 20_000 },
    });
    // A clock that runs behind does not place it before it was made.
    expect(orderOf(recommendation, atMs)?.placed_ms).toBe(atMs + 1500);
  });

  it.each([
    ['not to be executed', { execute: false }],
    ['without a contract', { symbol: null }],
    ['of no lots', { recommended_lots: 0 }],
  ])('is none for one %s', (_, change) => {
    expect(orderOf(aRecommendation(change), atMs)).toBeNull();
  });
});

describe('a book', () => {
  const order = (id: string, placed_ms: number) =>
    ({ ...orderOf(aRecommendation(), atMs), recommendation_id: id, placed_ms }) as Order;

  it('keeps orders by the time they were placed, and is looked at again', () => {
    const done = { ...emptyBook('NSE', '2025-12-04'), done: true };
    expect(isIdle(done)).toBe(true);
    const book = withOrder(withOrder(withOrder(done, order('B', 2)), order('C', 1)), order('A', 2));
    expect(followedBy(book)).toEqual(['C', 'A', 'B']);
    expect(book).toMatchObject({ done: false, revision: 3 });
    expect(isIdle(book)).toBe(false);
  });
});

describe('the tape', () => {
  const policy = optionPolicy();
  const rules = exchangesRules().NSE_MONTHLY;
  const call = aLeg({ symbol: 'CALL', strike: 26_050, ltp: 200, best_bid: 199, best_ask: 201 });
  const row = (minute: number, change = {}) => {
    const timestamp = new Date(atMs + minute * 60_000).toISOString();
    const stamps = { timestamp, received_at: timestamp, recorded_at: timestamp };
    return {
      ...aStoredSnapshot({ exchange: 'NSE_MONTHLY', expiry: '2025-12-30' }),
      legs: [call],
      ...stamps,
      ...change,
    };
  };
  const tapeOf = (...rows: ReturnType<typeof row>[]) =>
    sessionTape(rows, { date: '2025-12-04', rules, policy });

  it('has the prices that labels have, and NaN where nobody knows', () => {
    const stale = { ...call, best_bid: null, best_ask: 150 };
    const tape = tapeOf(row(0), row(1, { legs: [] }), row(2, { legs: [stale] }));
    const contract = tape.contract('CALL')!;
    expect([0, 1, 2].map((minute) => contract.buyAt(atMs + minute * 60_000))).toEqual([201, Number.NaN, 150]);
    // No bid: the fresh last price less slippage, one percent at least one tick.
    expect(contract.sellAt(atMs + 120_000)).toBeLessThan(200);
    expect(contract.sellAt(atMs + 60_000)).toBeNaN();
    expect(contract.terms).toMatchObject({ units: 75, flatMinute: 920, closeMinute: 930 });
    expect(tape.contract('PUT')).toBeUndefined();
  });

  it('knows an observation by the earlier of both clocks', () => {
    const early = new Date(atMs - 5000).toISOString();
    const late = new Date(atMs + 90_000).toISOString();
    const known = tapeOf(row(0, { recorded_at: early }), row(1, { recorded_at: late })).observations;
    expect(known.map(({ knownMs }) => knownMs)).toEqual([atMs - 5000, atMs + 60_000]);
  });

  it('takes a chain of another expiry for another chain', () => {
    const tape = tapeOf(row(0), row(1, { expiry: '2026-01-27' }));
    expect(tape.contract('CALL')!.isSeen(atMs)).toBe(true);
    expect(tape.contract('CALL')!.isSeen(atMs + 60_000)).toBe(false);
    expect(tape.contract('CALL')!.buyAt(atMs + 60_000)).toBeNaN();
  });
});

describe('the setting', () => {
  it('names exchanges, or none; off is what ships', () => {
    expect(brokerExchanges('NSE,BSE')).toEqual(['NSE', 'BSE']);
    expect(brokerExchanges('none')).toEqual([]);
    expect(brokerExchanges('NYSE')).toBeUndefined();
    expect(() => brokerExchangesOf('NYSE')).toThrow(
      'paper broker: expected none or exchanges as NSE,BSE, was NYSE',
    );
    expect(executionConfig().paper_broker.exchanges).toEqual([]);
  });
});
