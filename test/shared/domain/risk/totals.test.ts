import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayRisk } from '../../../../shared/domain/outcomes/day-risk.ts';
import type { Outcome } from '../../../../shared/domain/outcomes/outcome.ts';
import {
  type Closing,
  emptySession,
  MOST_TRADES,
  type Opening,
  type SessionState,
  withFact,
} from '../../../../shared/domain/risk/session-state.ts';
import { accountTotals, weightOf } from '../../../../shared/domain/risk/totals.ts';
import { anOpening, aResult, bringing } from '../../../factories/risk.ts';

const DATE = '2026-01-05';
const INPUT = { date: DATE, accountRupees: 1_000_000, shortMargin: { scan: 0.093, exposure: 0.02 } };
const session = (exchange: SessionState['exchange'], ...pnl: number[]) =>
  bringing(DATE, ...pnl)(emptySession(exchange, DATE));
const totals = (
  sessions: readonly SessionState[],
  halts: Parameters<typeof accountTotals>[1]['halts'] = [],
) => accountTotals('NSE', { sessions, halts }, INPUT);

describe('results', () => {
  test('the example', () => {
    expect(totals([session('NSE', 500, -100, -300)])).toMatchObject({
      ...{ daily_return: 0.0001, consecutive_losses: 2, drawdown: 0.0004 },
    });
  });
  test('a trade that brought nothing ends a losing run, as the gate has it', () => {
    expect(totals([session('NSE', -100, -100, 0)]).consecutive_losses).toBe(0);
    expect(totals([session('NSE', -100, 0, -100)]).consecutive_losses).toBe(1);
  });
  test('the day and the losing run are what outcomes say by themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9000, max: 9000 })), (pnl) => {
        const outcomes = pnl.map((trade_pnl) => ({ trade_pnl, exposure_inverted: false }) as Outcome);
        expect(totals([session('NSE', ...pnl)])).toMatchObject(dayRisk(outcomes, 1_000_000));
      }),
    );
  });
  test('the account is the sum, its drawdown along the time of all of them', () => {
    const book = [session('NSE', 4000, -1000), session('BSE', -3000, -2000)];
    // By time: 4000 and -3000 at once, then -1000 and -2000.
    const { daily_return, account_daily_return, account_drawdown } = totals(book);
    expect([daily_return, account_daily_return, account_drawdown]).toEqual([0.003, -0.002, 0.006]);
  });
  test('a stop that was reached stays reached', () => {
    expect(totals([session('NSE', 1000, -31_000, 40_000)]).drawdown).toBe(0.031);
  });
  test('a drawdown is never less than the loss', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9000, max: 9000 })), (pnl) => {
        const { drawdown, daily_return } = totals([session('NSE', ...pnl)]);
        expect(drawdown).toBeGreaterThanOrEqual(Math.max(0, -daily_return));
      }),
    );
  });
  test('a result that was taken back counts no more', () => {
    const state = withFact(session('NSE', -5000), {
      ...(aResult(DATE, 1, null) as Extract<ReturnType<typeof aResult>, { kind: 'trade' }>),
      trade: {
        ...{ trade_id: 'R-0', opened: null, closed: null },
        result: {
          recommendation_id: session('NSE', 1).trades[0]!.result!.recommendation_id,
          pnl_rupees: null,
          resolved_at: '2026-01-05T09:00:00.000Z',
        },
      },
    });
    expect(totals([state])).toMatchObject({ daily_return: 0, consecutive_losses: 0 });
  });
  test('a live record and a word on drift outlast their day', () => {
    const live_record = { model_version: 'v1', trades: 30, win_rate: 0.6, payoff: 1 };
    const drift = { model_version: 'v1', at: '2026-01-02T09:00:00.000Z', why: 'drifted', blocks: true };
    const { blocks: _, ...drift_block } = drift;
    const yesterday = { ...emptySession('NSE', '2026-01-02'), live_record, drift };
    expect(totals([yesterday])).toMatchObject({ live_record, drift_block });
    expect(totals([{ ...yesterday, exchange: 'BSE' }])).toMatchObject({
      live_record: null,
      drift_block: null,
    });
  });
  test('another day is over', () => {
    const yesterday = bringing('2026-01-02', -30_000)(emptySession('NSE', '2026-01-02'));
    expect(totals([yesterday])).toMatchObject({ daily_return: 0, drawdown: 0 });
  });
});

describe('positions', () => {
  const holding = (exchange: SessionState['exchange'], ...opened: ReturnType<typeof anOpening>[]) =>
    opened.reduce<SessionState>(
      (state, opening, nth) =>
        withFact(state, {
          kind: 'trade',
          date: DATE,
          trade: { trade_id: `T-${nth}`, opened: opening, closed: null, result: null },
        }),
      emptySession(exchange, DATE),
    );
  const put = { symbol: 'NIFTY26JAN26050PE', delta: -0.4 };

  test('weigh by their delta, and bind their premium', () => {
    const state = holding('NSE', anOpening(), anOpening(put));
    const { account_delta_rupees, account_exposure_rupees, open_positions } = totals([state]);
    expect(account_delta_rupees).toBeCloseTo((0.5 - 0.4) * 130 * 26000 * 0.01, 6);
    expect([account_exposure_rupees, open_positions]).toEqual([2 * 130 * 130, 2]);
  });
  test('sold ones weigh the other way, and bind a margin', () => {
    const sold = weightOf(anOpening({ side: 'SELL' }), INPUT);
    expect(sold.delta_rupees).toBe(-0.5 * 130 * 26000 * 0.01);
    expect(sold.exposure_rupees).toBeCloseTo(130 * 26000 * 0.113, 6);
  });
  test('of all exchanges count for the account', () => {
    const both = totals([holding('NSE', anOpening()), holding('BSE', anOpening(), anOpening())]);
    expect(both).toMatchObject({ open_positions: 1, account_open_positions: 3 });
  });
  test('without a delta count as the underlying, at their strike where that is not known either', () => {
    expect(weightOf(anOpening({ ...put, delta: null, underlying: null }), INPUT)).toMatchObject({
      ...{ delta_rupees: -1 * 130 * 26050 * 0.01, delta_assumed: true },
    });
  });
  test.each([
    ['NIFTY26JAN26050PE', 26050],
    ['NIFTY25D0926050CE', 26050],
    ['NIFTY2610626050CE', 26050],
    ['SENSEX26JAN101500PE', 101500],
    ['SENSEX25D11100000CE', 100000],
    ['SENSEX26108101500CE', 101500],
  ])('at the strike of %s', (symbol, strike) => {
    const unknown = anOpening({ symbol, delta: null, underlying: null });
    expect(Math.abs(weightOf(unknown, INPUT).delta_rupees)).toBeCloseTo(130 * strike * 0.01, 6);
  });
  test('weigh what they weigh now where that is known', () => {
    const deltaNow = () => ({ delta: 0.9, underlying: 27000 });
    expect(weightOf(anOpening(), { ...INPUT, deltaNow }).delta_rupees).toBeCloseTo(0.9 * 130 * 270, 6);
  });
});

describe('a loss that was reported', () => {
  const at = '2026-01-05T08:00:00.000Z';
  const lastLoss = (opening: Partial<Opening>, closing: Pick<Closing, 'price_rupees' | 'pnl_rupees'>) => {
    const trade = { trade_id: 'T-1', opened: anOpening(opening), closed: { at, ...closing }, result: null };
    return totals([withFact(emptySession('NSE', DATE), { kind: 'trade', date: DATE, trade })]).last_loss_at;
  };
  test.each([
    ['bought, sold for less', {}, { price_rupees: 129.95, pnl_rupees: null }, at],
    ['bought, sold for as much', {}, { price_rupees: 130, pnl_rupees: null }, null],
    ['sold, bought back for more', { side: 'SELL' }, { price_rupees: 130.05, pnl_rupees: null }, at],
    ['sold, bought back for less', { side: 'SELL' }, { price_rupees: 129.95, pnl_rupees: null }, null],
    ['claimed, whatever the prices say', {}, { price_rupees: 140, pnl_rupees: -1 }, at],
    ['claimed to have gained', {}, { price_rupees: 120, pnl_rupees: 1 }, null],
    ['closed without a word', {}, { price_rupees: null, pnl_rupees: null }, null],
  ] as const)('%s', (_what, opening, closing, expected) => {
    expect(lastLoss(opening, closing)).toBe(expected);
  });
});

test('a halt of all comes before one of the exchange, and one of another is not ours', () => {
  const halt = (scope: string) => ({ scope, by: 'asha', reason: 'r', at: '2026-01-05T04:00:00.000Z' });
  expect(totals([], [halt('NSE'), halt('all')]).halt?.scope).toBe('all');
  expect(totals([], [halt('BSE'), halt('NSE')]).halt?.scope).toBe('NSE');
  expect(totals([], [halt('BSE')]).halt).toBeNull();
});

describe('a full session', () => {
  const closed = (count: number) => session('NSE', ...Array.from({ length: count }, () => 10));

  test('counts as open altogether, so that nothing more is entered', () => {
    expect(totals([closed(MOST_TRADES - 1), session('BSE', 1)])).toMatchObject({
      ...{ open_positions: 0, account_open_positions: 0 },
    });
    expect(totals([closed(MOST_TRADES), session('BSE', 1)])).toMatchObject({
      ...{ open_positions: MOST_TRADES, account_open_positions: MOST_TRADES },
    });
  });

  test('keeps the trades of the lowest ids, in whatever order they come, and fits its row', () => {
    const long = 'x'.repeat(57);
    const ids = Array.from({ length: MOST_TRADES + 3 }, (_, at) => `${long}${String(at).padStart(7, '0')}`);
    const opened = { ...anOpening(), symbol: 'S'.repeat(64) };
    const facts = ids.map((trade_id) => ({
      ...{ kind: 'trade' as const, date: DATE },
      trade: { trade_id, opened, closed: null, result: null },
    }));
    const [forwards, backwards] = [facts, facts.toReversed()].map((order) =>
      order.reduce(withFact, emptySession('NSE', DATE)),
    );
    expect(forwards).toEqual(backwards);
    expect(forwards?.trades.map(({ trade_id }) => trade_id)).toEqual(ids.slice(0, MOST_TRADES));
    expect(JSON.stringify(forwards).length).toBeLessThan(300_000);
  });
});
