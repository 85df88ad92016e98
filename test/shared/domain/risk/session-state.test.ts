import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchangesRules } from '../../../../shared/config/exchanges.ts';
import { tradeFact } from '../../../../shared/domain/audit/booked-trade.ts';
import { type Trade, tradeSchema } from '../../../../shared/domain/audit/trade.ts';
import { istMs, utcIso } from '../../../../shared/domain/market/indian-time.ts';
import {
  emptySession,
  type RiskFact,
  type SessionState,
  withFact,
} from '../../../../shared/domain/risk/session-state.ts';
import { accountTotals } from '../../../../shared/domain/risk/totals.ts';
import { aResult } from '../../../factories/risk.ts';

const DATE = '2026-01-05';
const EMPTY = emptySession('NSE', '1970-01-01');
const SHORT = { scan: 0.093, exposure: 0.02 };

function report(
  trade_id: string,
  status: Trade['status'],
  minute: number,
  more: Partial<Trade> = {},
  date = DATE,
): Trade {
  return tradeSchema.parse({
    ...{ trade_id, status, origin: 'manual', exchange: 'NSE', timestamp: utcIso(istMs(date, 600 + minute)) },
    ...(status === 'closed'
      ? {}
      : { symbol: 'NIFTY26JAN26050CE', side: 'BUY', quantity_lots: 2, price: 130 }),
    ...more,
  });
}

/** Reports of a few trades, each possibly opened twice, closed twice, never opened, or of the day before. */
const someReports = fc.array(
  fc
    .record({
      id: fc.integer({ min: 1, max: 4 }),
      status: fc.constantFrom('executed' as const, 'closed' as const),
      minute: fc.integer({ min: 0, max: 20 }),
      date: fc.constantFrom(DATE, DATE, DATE, '2026-01-02'),
      price: fc.constantFrom(null, 110, 150),
    })
    .map(({ id, status, minute, date, price }) =>
      report(`T-${id}`, status, minute, status === 'closed' ? { price } : {}, date),
    ),
  { maxLength: 12 },
);

/** As the trade stage does it: each report is booked with whatever reports of its trade are there by then. */
function played(reports: readonly Trade[]): SessionState {
  const known: Trade[] = [];
  let state = EMPTY;
  for (const one of reports) {
    if (!known.includes(one)) known.push(one);
    const ofTrade = known.filter(({ trade_id }) => trade_id === one.trade_id);
    const fact = tradeFact({ reports: ofTrade, chains: [], chain: 'NSE_MONTHLY', rules: exchangesRules() });
    if (fact !== null) state = withFact(state, fact);
  }
  return state;
}

describe('a session is what its facts say', () => {
  test('in any order, and however often they come', () => {
    const plays = someReports.chain((reports) =>
      fc.record({
        reports: fc.constant(reports.filter(({ timestamp }) => timestamp.startsWith(DATE))),
        again: fc.shuffledSubarray(reports, { minLength: reports.length }),
        more: fc.subarray(reports),
      }),
    );
    fc.assert(
      fc.property(plays, ({ reports, again, more }) => {
        const today = (one: Trade) => reports.includes(one);
        const first = played(reports);
        expect(played([...again.filter(today), ...more.filter(today)])).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });

  test('results and drift come in any order, too, and a later day forgets an earlier one', () => {
    const facts: RiskFact[] = [
      ...[5, -3, null, 7].map((pnl, nth) => aResult(DATE, nth, pnl)),
      aResult(DATE, 2, -8),
      aResult('2026-01-02', 1, -900),
      ...[1, 2, 3].map((minute) => ({
        kind: 'drift' as const,
        drift: {
          ...{ model_version: 'v1', why: 'drifted.', blocks: minute === 2 },
          at: utcIso(istMs(DATE, 600 + minute)),
        },
      })),
    ];
    const expected = facts.reduce(withFact, EMPTY);
    expect(expected.drift?.blocks).toBe(false);
    expect(expected.trades).toHaveLength(4);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(facts, { minLength: facts.length }),
        fc.subarray(facts),
        (order, more) => {
          expect([...order, ...more].reduce(withFact, EMPTY)).toEqual(expected);
        },
      ),
    );
  });
});

describe('what is open', () => {
  const open = (...reports: Trade[]) =>
    accountTotals(
      'NSE',
      { sessions: [played(reports)], halts: [] },
      { date: DATE, accountRupees: 1_000_000, shortMargin: SHORT },
    );
  test('counts from its opening to its closing', () => {
    expect(open(report('T-1', 'executed', 0)).open_positions).toBe(1);
    expect(open(report('T-1', 'executed', 0), report('T-1', 'closed', 5)).open_positions).toBe(0);
  });
  test('a report that comes twice counts once', () => {
    const once = report('T-1', 'executed', 0);
    expect(open(once, once, { ...once }).open_positions).toBe(1);
  });
  test('a closing that overtook its opening closes it', () => {
    const totals = open(report('T-1', 'closed', 5, { price: 100 }), report('T-1', 'executed', 0));
    expect(totals).toMatchObject({ open_positions: 0, last_loss_at: utcIso(istMs(DATE, 605)) });
  });
  test('a rejection is no position', () => {
    expect(open(report('T-1', 'rejected', 0, { reason: 'no price' })).open_positions).toBe(0);
  });
  test('one that nobody closed is over with its day', () => {
    const forgotten = played([report('T-1', 'executed', 0)]);
    const input = { accountRupees: 1_000_000, shortMargin: SHORT };
    const book = { sessions: [forgotten], halts: [] };
    expect(accountTotals('NSE', book, { ...input, date: '2026-01-06' })).toMatchObject({
      ...{ open_positions: 0, account_exposure_rupees: 0, last_entry_at: null, daily_return: 0 },
    });
  });
});
