import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { liveRecordOf, statisticsTotal } from '../../../shared/domain/outcomes/statistics.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aHistoryRow, aLivePointer } from '../../factories/registry.ts';
import { AT, DATE, LOT, openBench, snapshotAt, totalsOf } from './outcome-bench.ts';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench(cloud);
});

const at = (minute: number) => utcIso(AT + minute * MINUTE_MS);
const MANUAL = { recommendation_id: null, origin: 'manual' } as const;
const VERSION = aRecommendation().model_version as string;

async function priced() {
  for (const [minute, ltp] of [
    [0, 130],
    [10, 140],
    [15, 150],
  ] as const) {
    await bench.record(minute, 26_000 + minute, ltp);
  }
}

describe('every reported trade', () => {
  it('is re-marked, a manual one too, the claim beside the mark', async () => {
    const recommendation = await bench.recommend();
    await priced();
    const manual = { ...MANUAL, trade_id: 'M', exchange: 'NSE' } as const;
    await bench.report(recommendation, manual);
    await bench.report(recommendation, { ...manual, status: 'closed', timestamp: at(10), pnl: 5000 });
    expect(await bench.resolve({})).toMatchObject({ marked: 1 });
    expect((await bench.store.tradeTrail('M')).mark).toMatchObject({
      ...{
        status: 'closed',
        chain: 'NSE',
        marked_pnl: 10 * 2 * LOT,
        claimed_pnl: 5000,
        difference: 5000 - 1500,
      },
      ...{ exposure_inverted: false, counts: false, recommendation_id: null },
    });
    expect(await bench.store.unmarked(10)).toEqual([]);
    expect(statisticsTotal(await bench.tallies.between('NSE', DATE, DATE))).toMatchObject({
      trades: 0,
      manual_trades: 1,
    });
  });

  it('is found in the monthly chain, and in that of another exchange', async () => {
    const recommendation = await bench.recommend();
    await bench.recordMonthly(0, 300);
    await bench.recordMonthly(10, 290);
    const elsewhere = { ...MANUAL, trade_id: 'E', exchange: 'BANKNIFTY_MONTHLY' } as const;
    await bench.report(recommendation, elsewhere);
    await bench.report(recommendation, { ...elsewhere, status: 'closed', timestamp: at(10) });
    await bench.resolve({});
    expect((await bench.store.tradeTrail('E')).mark).toMatchObject({
      chain: 'NSE_MONTHLY',
      marked_pnl: -10 * 2 * LOT,
    });
  });

  it('is kept as an orphan when only its closing is known, and marked once its opening is', async () => {
    const recommendation = await bench.recommend();
    await priced();
    const closing = {
      trade_id: 'O',
      status: 'closed',
      timestamp: at(10),
      pnl: 1,
      recommendation_id: null,
    } as const;
    await bench.report(recommendation, closing);
    await bench.resolve({});
    expect((await bench.store.tradeTrail('O')).mark).toMatchObject({
      status: 'orphan',
      reason: 'never_opened',
    });
    expect((await bench.store.trail(recommendation.id)).outcomes).toMatchObject([
      { trade_id: null, trade_pnl: null },
    ]);
    await bench.report(recommendation, { trade_id: 'O' });
    expect(await bench.resolve({})).toMatchObject({ marked: 1 });
    const { marks, outcomes } = await bench.store.trail(recommendation.id);
    expect(marks).toMatchObject([{ status: 'closed', marked_pnl: 10 * 2 * LOT, counts: true }]);
    expect(outcomes).toMatchObject([{ trade_id: 'O', trade_pnl: 10 * 2 * LOT, trade_status: 'closed' }]);
  });

  it('stays on the list while its position is open, and is worth what it is worth now', async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.report(recommendation, { trade_id: 'P' });
    bench.nowMs = AT + 12 * MINUTE_MS;
    await bench.resolve({});
    expect((await bench.store.tradeTrail('P')).mark).toMatchObject({
      status: 'open',
      marked_exit: 140,
      counts: false,
    });
    expect(await bench.store.unmarked(10)).toHaveLength(1);
    expect(await totalsOf(bench)).toMatchObject({ daily_return: 0, consecutive_losses: 0 });
  });

  it('is passed over when it was rejected', async () => {
    const recommendation = await bench.recommend();
    await bench.report(recommendation, { trade_id: 'R', status: 'rejected', reason: 'margin' });
    expect(await bench.resolve({})).toMatchObject({ marked: 0 });
    expect(await bench.store.unmarked(10)).toEqual([]);
  });

  it('is marked once, whatever runs beside it', async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.report(recommendation, { trade_id: 'T' });
    await bench.report(recommendation, { trade_id: 'T', status: 'closed', timestamp: at(10) });
    await Promise.all([bench.resolve({}), bench.resolve({}), bench.resolve({})]);
    const { marks, outcomes } = await bench.store.trail(recommendation.id);
    expect(marks).toMatchObject([{ revision: 0, marked_pnl: 10 * 2 * LOT }]);
    expect(outcomes).toMatchObject([{ trade_pnl: 10 * 2 * LOT, corrections: 0 }]);
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toMatchObject({ marked: 0, corrected: 0 });
  });
});

describe('only what was re-marked and followed the answer', () => {
  beforeEach(async () => {
    const pointer = aLivePointer({ exchange: 'NSE', version: VERSION, revision: 1 });
    await bench.models.apply({ pointer, versions: [], history: aHistoryRow({ to_version: VERSION }) });
    await priced();
    for (const [minute, overrides] of [
      [0, { trade_id: 'GOOD' }],
      [1, { trade_id: 'INVERTED', side: 'SELL' }],
      [2, { trade_id: 'STRANGER', symbol: 'NOWHERE26000CE', pnl: null }],
    ] as const) {
      const recommendation = await bench.recommend(minute);
      await bench.report(recommendation, { ...overrides, timestamp: at(0) });
      const closing = {
        trade_id: overrides.trade_id,
        status: 'closed',
        timestamp: at(10),
        pnl: -99_999,
      } as const;
      await bench.report(recommendation, closing);
    }
    await bench.report(await bench.recommend(3), {
      ...MANUAL,
      trade_id: 'MANUAL',
      exchange: 'NSE',
      timestamp: at(0),
    });
    await bench.resolve({});
  });

  it('feeds Kelly', async () => {
    const { live_record } = await totalsOf(bench);
    expect(live_record).toEqual({ model_version: VERSION, trades: 1, win_rate: 1, payoff: null });
    expect(liveRecordOf(await bench.tallies.between('NSE', DATE, DATE), VERSION)).toEqual(live_record);
  });

  it('feeds the drawdown and the losses in a row that the breakers see', async () => {
    expect(await totalsOf(bench)).toMatchObject({
      ...{ daily_return: (10 * 2 * LOT) / 1_000_000, consecutive_losses: 0, drawdown: 0 },
    });
  });

  it('feeds the statistics, and the rest is counted beside', async () => {
    expect(statisticsTotal(await bench.tallies.between('NSE', DATE, DATE))).toMatchObject({
      ...{ trades: 1, pnl_rupees: 10 * 2 * LOT, drawdown_rupees: 0, claimed_pnl_rupees: -99_999 },
      ...{ inverted_trades: 1, unmarked_trades: 2, manual_trades: 1 },
    });
  });
});

describe('late data', () => {
  it('put outcomes and marks of a day right, each once, and what they said before stays', async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.report(recommendation, { trade_id: 'T' });
    await bench.report(recommendation, { trade_id: 'T', status: 'closed', timestamp: at(10), pnl: 1500 });
    expect(await bench.resolve({})).toMatchObject({ resolved: 1, marked: 1, corrected: 0 });

    const late = [snapshotAt(0, 26_000, 130), snapshotAt(10, 26_010, 120), snapshotAt(15, 25_700, 150)];
    await bench.compact(late);
    bench.nowMs += MINUTE_MS;
    const again = { exchange: 'NSE', date: DATE } as const;
    expect(await bench.resolve(again)).toMatchObject({ resolved: 1, marked: 1, corrected: 1 });
    const { marks, outcomes } = await bench.store.trail(recommendation.id);
    expect(marks).toMatchObject([
      {
        marked_pnl: -10 * 2 * LOT,
        corrections: 1,
        earlier: [{ status: 'closed', marked_pnl: 10 * 2 * LOT }],
      },
    ]);
    expect(outcomes).toMatchObject([
      { realised_direction: -1, correct: false, trade_pnl: -1500, corrections: 1 },
    ]);
    expect(outcomes[0]?.earlier).toMatchObject([{ realised_direction: 1, correct: true, trade_pnl: 1500 }]);
    expect(await totalsOf(bench)).toMatchObject({ daily_return: -0.0015, consecutive_losses: 1 });
    expect(statisticsTotal(await bench.tallies.between('NSE', DATE, DATE))).toMatchObject({
      ...{ judged: 1, correct: 0, trades: 1, wins: 0, corrections: 2 },
    });

    expect(await bench.resolve(again)).toMatchObject({ resolved: 1, marked: 0, corrected: 0 });
    expect((await bench.store.trail(recommendation.id)).outcomes).toEqual(outcomes);
  });

  it('of a trade are seen in its outcome without asking for the day', async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.resolve({});
    await bench.report(recommendation, { trade_id: 'T' });
    await bench.report(recommendation, { trade_id: 'T', status: 'closed', timestamp: at(10), pnl: 1500 });
    expect(await bench.resolve({})).toMatchObject({ marked: 1 });
    expect((await bench.store.trail(recommendation.id)).outcomes).toMatchObject([
      { trade_pnl: 1500, revision: 1 },
    ]);
  });

  it("leave the outcome to the tracker's trade where the built-in broker had bought before it", async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.report(recommendation, { trade_id: `broker-${recommendation.id}`, timestamp: at(0) });
    await bench.resolve({});
    await bench.report(recommendation, { trade_id: 'LATER', timestamp: at(10) });
    await bench.resolve({});
    expect((await bench.store.trail(recommendation.id)).outcomes).toMatchObject([{ trade_id: 'LATER' }]);
  });

  it('of a trade are seen in its outcome, though another exchange alone is asked for', async () => {
    const recommendation = await bench.recommend();
    await bench.record(0, 26_000, 130);
    await bench.record(10, 26_100, 141.5);
    await bench.record(15, 26_260, 150);
    await bench.resolve({});
    await bench.report(recommendation);
    await bench.report(recommendation, { status: 'closed', timestamp: utcIso(AT + 10 * MINUTE_MS) });
    expect(await bench.resolve({ exchange: 'BSE' })).toMatchObject({ marked: 1 });
    // It is marked: no later run hears of it again.
    expect(await bench.resolve({})).toMatchObject({ marked: 0 });
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.trade_status).toBe('closed');
    expect(outcome?.trade_pnl).toBeCloseTo(11.5 * 2 * LOT, 9);
  });

  it('are of the trade that was entered first, whatever zones the moments are told in', async () => {
    const recommendation = await bench.recommend();
    await priced();
    await bench.report(recommendation, { trade_id: 'SECOND', timestamp: at(10) });
    await bench.report(recommendation, { trade_id: 'FIRST', timestamp: `${DATE}T12:35:00+05:30` });
    await bench.resolve({});
    expect((await bench.store.trail(recommendation.id)).outcomes).toMatchObject([{ trade_id: 'FIRST' }]);
  });

  it('take a minute that is not to be believed for no price', async () => {
    const recommendation = await bench.recommend();
    await bench.record(0, 26_000);
    await bench.record(14, 26_010);
    const wrong = { ...snapshotAt(15, 26_015), expiry: '2025-12-30' };
    await bench.window.putMinute(wrong, AT + 86_400_000);
    await bench.record(16, 26_020);
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.realised_return).toBeCloseTo(20 / 26_000, 12);
  });
});

describe('one answer is asked as rarely as can be', () => {
  it('once its own horizon is over, at thirty minutes and after the close, and in between nothing is read or written', async () => {
    const recommendation = await bench.recommend();
    for (const minute of [0, 3, 5, 15, 30, 174]) await bench.record(minute, 26_000 + minute);
    const revisions: (number | null)[] = [];
    for (let minute = 1; minute <= 240; minute += 15) {
      bench.nowMs = AT + minute * MINUTE_MS;
      await bench.resolve({});
      const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
      revisions.push(outcome?.revision ?? null);
    }
    expect(revisions).toEqual([null, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.horizons.every(({ status }) => status === 'resolved')).toBe(true);
    expect(await bench.store.unfinished('NSE', '2099', 10)).toEqual([]);
  });
});
