import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import { statisticsTotal } from '../../../shared/domain/outcomes/statistics.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { bringing } from '../../factories/risk.ts';
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

const NOTHING = { resolved: 0, pending: 0, unresolvable: 0, corrected: 0, marked: 0 };

describe('resolve outcomes', () => {
  it('leaves a recommendation open until its horizon has passed, then says what became of it', async () => {
    const { id } = await bench.recommend();
    await bench.record(0, 26_000);
    bench.nowMs = AT + 5 * MINUTE_MS;
    expect(await bench.resolve({})).toEqual({ ...NOTHING });
    expect((await bench.store.trail(id)).outcomes).toEqual([]);

    await bench.record(15, 26_260);
    bench.nowMs = AT + 20 * MINUTE_MS;
    expect(await bench.resolve({ exchange: 'NSE' })).toEqual({ ...NOTHING, resolved: 1 });
    const { outcomes } = await bench.store.trail(id);
    expect(outcomes).toMatchObject([
      { status: 'resolved', realised_direction: 1, correct: true, horizon: 15 },
    ]);
    expect(outcomes[0]?.realised_return).toBeCloseTo(0.01, 12);
    expect(await bench.resolve({})).toEqual({ ...NOTHING });
  });

  it('re-marks the linked trade from the recorded chain, whatever its report claims', async () => {
    const recommendation = await bench.recommend();
    const trade = await bench.report(recommendation);

    await bench.report(recommendation, {
      status: 'closed',
      timestamp: utcIso(AT + 10 * MINUTE_MS),
      pnl: 99_999,
    });
    await bench.record(0, 26_000, 130);
    await bench.record(10, 26_100, 141.5);
    await bench.record(15, 26_260, 150);
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome).toMatchObject({ trade_id: trade.trade_id, exposure_inverted: false });
    expect(outcome?.trade_pnl).toBeCloseTo(11.5 * 2 * LOT, 9);
    expect(await totalsOf(bench)).toMatchObject({
      daily_return: (11.5 * 2 * LOT) / 1_000_000,
      consecutive_losses: 0,
    });
  });

  it('re-marks a trade in the monthly contract from the monthly chain, whatever the weekly one quotes', async () => {
    const recommendation = await bench.recommend();
    await bench.report(recommendation);
    for (const [minute, weekly, monthly] of [
      [0, 130, 300],
      [15, 150, 290],
    ] as const) {
      await bench.record(minute, 26_000, weekly);
      await bench.recordMonthly(minute, monthly);
    }
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.trade_pnl).toBeCloseTo(-10 * 2 * LOT, 9);
  });

  it('finds a closing that came before its opening and so could not name the recommendation', async () => {
    const recommendation = await bench.recommend();
    const closing = {
      status: 'closed',
      timestamp: utcIso(AT + 10 * MINUTE_MS),
      recommendation_id: null,
    } as const;
    await bench.report(recommendation, closing);
    await bench.report(recommendation);
    await bench.record(0, 26_000, 130);
    await bench.record(10, 26_100, 141.5);
    await bench.record(15, 26_260, 150);
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.trade_pnl).toBeCloseTo(11.5 * 2 * LOT, 9);
  });

  it('marks a closing of the next day from the prices of that day', async () => {
    const recommendation = await bench.recommend();
    const nextDay = 24 * 60;
    await bench.report(recommendation, { trade_id: 'O' });
    const timestamp = utcIso(AT + nextDay * MINUTE_MS);
    await bench.report(recommendation, { trade_id: 'O', status: 'closed', timestamp });
    await bench.record(0, 26_000, 130);
    await bench.record(nextDay, 26_100, 141.5);
    bench.nowMs = AT + (nextDay + 5) * MINUTE_MS;
    await bench.resolve({});
    const { mark } = await bench.store.tradeTrail('O');
    expect(mark).toMatchObject({ date: DATE, status: 'closed', marked_entry: 130, marked_exit: 141.5 });
  });

  it('tallies a trade of nobody though no outcome changes, whichever exchange is asked for', async () => {
    const manual = { recommendation_id: null, origin: 'manual' } as const;
    await bench.record(0, 26_000, 130);
    for (const [at, exchange] of (['NSE', 'BSE'] as const).entries()) {
      await bench.report(aRecommendation(), { ...manual, trade_id: `M-${at}` });
      expect(await bench.resolve({ exchange })).toEqual({ ...NOTHING, marked: 1 });
      const total = statisticsTotal(await bench.tallies.between('NSE', DATE, DATE));
      expect(total.manual_trades).toBe(at + 1);
    }
  });

  it('counts losses in a row and leaves inverted trades out of the risk state', async () => {
    for (const [minute, side] of [
      [0, 'BUY'],
      [1, 'BUY'],
      [2, 'SELL'],
    ] as const) {
      const recommendation = await bench.recommend(minute);
      await bench.report(recommendation, { side });
      await bench.record(minute, 26_000 + minute, 130);
      await bench.record(minute + 15, 25_900 + minute, 120);
    }
    expect(await bench.resolve({})).toEqual({ ...NOTHING, resolved: 3, marked: 3 });
    const outcomes = await bench.store.outcomesOfDay('NSE', DATE);
    expect(outcomes.map((one) => one.exposure_inverted)).toEqual([false, false, true]);
    expect(await totalsOf(bench)).toMatchObject({
      daily_return: (-2 * 10 * 2 * LOT) / 1_000_000,
      consecutive_losses: 2,
    });
  });

  it('never puts an earlier day over the risk state of a later one', async () => {
    const later = await bench.risk.change('NSE', bringing('2025-12-05', -3000, -3000, -4000));
    await bench.recommend();
    await bench.record(0, 26_000);
    await bench.record(15, 26_000);
    await bench.resolve({});
    expect((await bench.risk.book()).sessions).toEqual([later]);
  });

  it('takes the prices from the compacted chain when the window has forgotten the day', async () => {
    const { id } = await bench.recommend();
    await bench.compact([snapshotAt(0, 26_000), snapshotAt(15, 25_740)]);
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toEqual({ ...NOTHING, resolved: 1 });
    expect((await bench.store.trail(id)).outcomes).toMatchObject([
      { realised_direction: -1, correct: false },
    ]);
  });

  it('takes them from the micro-batches of a day whose night never ran, and keeps what was resolved', async () => {
    const known = [snapshotAt(0, 26_000), snapshotAt(15, 25_740)];
    await bench.batch(known);
    const { id } = await bench.recommend();
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toEqual({ ...NOTHING, resolved: 1 });
    bench.nowMs += 30 * 24 * 60 * MINUTE_MS;
    await bench.resolve({ exchange: 'NSE', date: DATE });
    expect((await bench.store.trail(id)).outcomes).toMatchObject([
      { status: 'resolved', realised_direction: -1, correct: false, corrections: 0 },
    ]);
  });

  it('gives the same outcome again without writing it, and another one only for late data', async () => {
    const { id } = await bench.recommend();
    await bench.record(0, 26_000);
    await bench.record(15, 26_260);
    await bench.resolve({});
    const first = (await bench.store.trail(id)).outcomes;
    bench.nowMs += 60 * MINUTE_MS;
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toMatchObject({ resolved: 1 });
    expect((await bench.store.trail(id)).outcomes).toEqual(first);

    await bench.window.putMinute(snapshotAt(15, 25_740, 130, 30), bench.nowMs + 3_600_000);
    await bench.resolve({ exchange: 'NSE', date: DATE });
    expect((await bench.store.trail(id)).outcomes).toMatchObject([{ realised_direction: -1, horizon: 15 }]);
  });

  it('says why an outcome never can be known', async () => {
    const late = await bench.recommend(170);
    const gap = await bench.recommend(0);
    await bench.record(0, 26_000);
    expect(await bench.resolve({})).toEqual({ ...NOTHING, unresolvable: 2 });
    expect((await bench.store.trail(late.id)).outcomes[0]?.reason).toBe('horizon_crosses_session_end');
    expect((await bench.store.trail(gap.id)).outcomes[0]?.reason).toBe('no_exit_price');
  });

  it('waits for a recommendation to be in the audit log before it takes it off the list', async () => {
    const waiting = aRecommendation();
    await bench.store.add(waiting);
    await bench.record(0, 26_000);
    await bench.record(15, 26_260);
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toMatchObject({ resolved: 0, pending: 1 });
    expect(await bench.log.waiting('2099', 10)).toEqual([{ kind: 'recommendation', id: waiting.id }]);
  });
});
