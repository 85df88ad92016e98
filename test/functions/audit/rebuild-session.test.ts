import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookTrade, factOfTrade } from '../../../functions/audit/book-trade.ts';
import { rebuildSession } from '../../../functions/audit/rebuild-session.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../shared/config/execution.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { anOpening } from '../../factories/risk.ts';
import { AT, DATE, openBench } from '../outcome/outcome-bench.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench(cloud);
});

function stage() {
  const { store, risk, window } = bench;
  const { contracts } = optionPolicy();
  const clock = () => bench.nowMs;
  const ports = { store, risk, window, contracts, rules: exchangesRules(), clock };
  return {
    book: bookTrade(ports),
    rebuild: rebuildSession({ store, risk, factOf: factOfTrade(ports), clock }),
  };
}

/** A morning of trades: one closed with a loss, one with a gain, one inverted, one still open, one not marked yet. */
async function playMorning() {
  const { book } = stage();
  for (const minute of [-1, 0, 1, 2, 3, 4, 5, 9, 15, 16, 17, 18, 19, 20]) {
    await bench.record(minute, 26_000 + minute, 130 - minute);
  }
  const at = (minute: number) => utcIso(AT + minute * MINUTE_MS);
  for (const minute of [0, 1, 2, 3]) {
    const recommendation = await bench.recommend(minute);
    const side = minute === 2 ? 'SELL' : 'BUY';
    const { trade_id } = await bench.report(recommendation, { trade_id: `T-${minute}`, side });
    await book(trade_id);
    if (minute === 3) continue;
    await bench.report(recommendation, {
      trade_id,
      status: 'closed',
      price: 120,
      timestamp: at(minute + 15),
    });
    await book(trade_id);
  }
  await bench.resolve({});
  const late = await bench.report(await bench.recommend(4), { trade_id: 'T-4' });
  await book(late.trade_id);
}

describe('a session booked again', () => {
  it('is as it was before it was lost', async () => {
    bench.nowMs = AT + 21 * MINUTE_MS;
    await playMorning();
    const before = await bench.risk.book();
    const trades = before.sessions[0]?.trades ?? [];
    expect(
      trades.map(({ opened, closed, result }) => [opened, closed, result].map((part) => part !== null)),
    ).toEqual([
      [true, true, true],
      [true, true, true],
      [true, true, true],
      [true, false, true],
      [true, false, false],
    ]);
    expect(trades.every(({ opened }) => opened?.delta != null)).toBe(true);
    await bench.risk.change('NSE', (state) => ({ ...state, trades: [] }));
    expect(await stage().rebuild({ date: DATE })).toMatchObject({ date: DATE, trades: 5 });
    expect(await bench.risk.book()).toEqual(before);
  });

  it('stays as it is when nothing was lost', async () => {
    bench.nowMs = AT + 21 * MINUTE_MS;
    await playMorning();
    const before = await bench.risk.book();
    await stage().rebuild({});
    expect(await bench.risk.book()).toEqual(before);
  });

  it('is booked a hundred trades at a time, none left out', async () => {
    const ids = Array.from({ length: 130 }, (_, at) => `T-${String(at).padStart(3, '0')}`);
    const unmarked = async () => ids.toReversed().map((trade_id) => ({ trade_id, timestamp: utcIso(AT) }));
    const parts = { opened: anOpening(), closed: null, result: null };
    const rebuild = rebuildSession({
      store: { marksOfDay: async () => [], unmarked } as never,
      risk: bench.risk,
      factOf: async (trade_id) => ({
        exchange: 'NSE',
        fact: { kind: 'trade', date: DATE, trade: { trade_id, ...parts } },
      }),
      clock: () => AT,
    });
    expect(await rebuild({ date: DATE })).toMatchObject({ trades: 100, next: 'T-099' });
    expect(await rebuild({ date: DATE, after: 'T-099' })).toMatchObject({ trades: 30, next: null });
    const [session] = (await bench.risk.book()).sessions;
    expect(session?.trades.map(({ trade_id }) => trade_id)).toEqual(ids);
  });

  it('of a day without trades is none', async () => {
    expect(await stage().rebuild({ date: '2025-12-01' })).toEqual({
      date: '2025-12-01',
      trades: 0,
      results: 0,
      next: null,
    });
    expect((await bench.risk.book()).sessions).toEqual([]);
  });

  it.each([{ date: 'today' }, { day: DATE }])('refuses %j', async (body) => {
    await expect(stage().rebuild(body)).rejects.toMatchObject({ name: 'RejectedInput' });
  });
});
