import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { resolveOutcomes } from '../../../functions/outcome/resolve-outcomes.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../../shared/config/execution.ts';
import { chainTable } from '../../../shared/domain/lake/chain-rows.ts';
import { chainKey } from '../../../shared/domain/lake/paths.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { logTilesIn } from '../../contract/log-tiles.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';
import { aLadder, aStoredSnapshot } from '../../factories/snapshot.ts';

const DATE = '2025-12-04';
const AT = istMs(DATE, 12 * 60 + 35);
const LOT = 75;

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

describe('resolve outcomes', () => {
  it('leaves a recommendation open until its horizon has passed, then says what became of it', async () => {
    const { id } = await bench.recommend();
    await bench.record(0, 26_000);
    bench.nowMs = AT + 5 * MINUTE_MS;
    expect(await bench.resolve({})).toEqual({ resolved: 0, pending: 1, unresolvable: 0 });
    expect((await bench.store.trail(id)).outcomes).toEqual([]);

    await bench.record(15, 26_260);
    bench.nowMs = AT + 20 * MINUTE_MS;
    expect(await bench.resolve({ exchange: 'NSE' })).toEqual({ resolved: 1, pending: 0, unresolvable: 0 });
    const { outcomes } = await bench.store.trail(id);
    expect(outcomes).toMatchObject([
      { status: 'resolved', realised_direction: 1, correct: true, horizon: 15 },
    ]);
    expect(outcomes[0]?.realised_return).toBeCloseTo(0.01, 12);
    expect(await bench.resolve({})).toEqual({ resolved: 0, pending: 0, unresolvable: 0 });
  });

  it('re-marks the linked trade from the recorded chain, whatever its report claims', async () => {
    const recommendation = await bench.recommend();
    const trade = aTrade(recommendation);
    await bench.store.addTrade(trade);
    await bench.store.addTrade(
      aTrade(recommendation, { status: 'closed', timestamp: utcIso(AT + 10 * MINUTE_MS), pnl: 99_999 }),
    );
    await bench.record(0, 26_000, 130);
    await bench.record(10, 26_100, 141.5);
    await bench.record(15, 26_260, 150);
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome).toMatchObject({ trade_id: trade.trade_id, exposure_inverted: false });
    expect(outcome?.trade_pnl).toBeCloseTo(11.5 * 2 * LOT, 9);
    expect(await bench.risk.state('NSE')).toEqual({
      date: DATE,
      daily_return: (11.5 * 2 * LOT) / 1_000_000,
      consecutive_losses: 0,
    });
  });

  it('re-marks a trade in the monthly contract from the monthly chain, whatever the weekly one quotes', async () => {
    const recommendation = await bench.recommend();
    await bench.store.addTrade(aTrade(recommendation));
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
    await bench.store.addTrade(aTrade(recommendation, closing));
    await bench.store.addTrade(aTrade(recommendation));
    await bench.record(0, 26_000, 130);
    await bench.record(10, 26_100, 141.5);
    await bench.record(15, 26_260, 150);
    await bench.resolve({});
    const [outcome] = (await bench.store.trail(recommendation.id)).outcomes;
    expect(outcome?.trade_pnl).toBeCloseTo(11.5 * 2 * LOT, 9);
  });

  it('counts losses in a row and leaves inverted trades out of the risk state', async () => {
    for (const [minute, side] of [
      [0, 'BUY'],
      [1, 'BUY'],
      [2, 'SELL'],
    ] as const) {
      const recommendation = await bench.recommend(minute);
      await bench.store.addTrade(aTrade(recommendation, { side }));
      await bench.record(minute, 26_000, 130);
      await bench.record(minute + 15, 25_900, 120);
    }
    expect(await bench.resolve({})).toEqual({ resolved: 3, pending: 0, unresolvable: 0 });
    const outcomes = await bench.store.outcomesOfDay('NSE', DATE);
    expect(outcomes.map((one) => one.exposure_inverted)).toEqual([false, false, true]);
    expect(await bench.risk.state('NSE')).toEqual({
      date: DATE,
      daily_return: (-2 * 10 * 2 * LOT) / 1_000_000,
      consecutive_losses: 2,
    });
  });

  it('never puts an earlier day over the risk state of a later one', async () => {
    const later = { date: '2025-12-05', daily_return: -0.01, consecutive_losses: 3 };
    await bench.risk.put('NSE', later);
    await bench.recommend();
    await bench.record(0, 26_000);
    await bench.record(15, 26_000);
    await bench.resolve({});
    expect(await bench.risk.state('NSE')).toEqual(later);
  });

  it('takes the prices from the compacted chain when the window has forgotten the day', async () => {
    const { id } = await bench.recommend();
    await bench.compact([snapshotAt(0, 26_000), snapshotAt(15, 25_740)]);
    expect(await bench.resolve({ exchange: 'NSE', date: DATE })).toEqual({
      resolved: 1,
      pending: 0,
      unresolvable: 0,
    });
    expect((await bench.store.trail(id)).outcomes).toMatchObject([
      { realised_direction: -1, correct: false },
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
    expect(await bench.resolve({})).toEqual({ resolved: 0, pending: 0, unresolvable: 2 });
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

function snapshotAt(minute: number, price: number, ltp = 130, second = 0): StoredSnapshot {
  const legs = aLadder().map((leg) => ({ ...leg, ltp }));
  const timestamp = utcIso(AT + minute * MINUTE_MS + second * 1000);
  return aStoredSnapshot({ timestamp, underlying_price: price, legs });
}

async function openBench() {
  const recommendations = await cloud.table();
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const store = dynamoRecommendationStore(cloud.dynamodb, recommendations);
  const log = dynamoAuditLog(cloud.dynamodb, recommendations, bucket);
  const seal = sealRecords({
    log,
    tiles: logTilesIn(cloud, cloud.bucket()),
  });
  const table = await cloud.table();
  const registry = dynamoBatchRegistry(cloud.dynamodb, table);
  const lake = lakeFiles(bucket, hyparquetCodec);
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const { backtest } = executionConfig();
  const state = { nowMs: AT + 240 * MINUTE_MS };
  const resolve = resolveOutcomes({
    ...{ store, window, registry, lake, risk, contracts: optionPolicy().contracts, rules: exchangesRules() },
    clock: () => state.nowMs,
    flatBand: backtest.cost_bps / 10_000,
    accountRupees: 1_000_000,
  });
  return Object.assign(state, {
    ...{ store, window, risk, resolve, log },
    async recommend(minute = 0): Promise<Recommendation> {
      const recommendation = aRecommendation({ timestamp: utcIso(AT + minute * MINUTE_MS) });
      await store.add(recommendation);
      await seal([{ kind: 'recommendation', id: recommendation.id }]);
      return recommendation;
    },
    async record(minute: number, price: number, ltp?: number) {
      await window.putMinute(snapshotAt(minute, price, ltp), AT + 86_400_000);
    },
    async recordMonthly(minute: number, ltp: number) {
      const monthly = {
        ...snapshotAt(minute, 26_000, ltp),
        exchange: 'NSE_MONTHLY',
        expiry: '2025-12-30',
      } as const;
      await window.putMinute(monthly, AT + 86_400_000);
    },
    async compact(snapshots: StoredSnapshot[]) {
      const table = chainTable(snapshots.map((one) => ({ ...one, revised: false })));
      const file = await lake.write(table, (sha256) => chainKey('NSE', DATE, sha256));
      await registry.switchDayFile({
        ...{ kind: 'chain', set: 'chain', exchange: 'NSE', date: DATE, ...file, rows: table.rows },
        ...{ source_sha256: null, last_recorded_at: utcIso(AT), created_at: utcIso(AT), batch_ids: [] },
        ...{ parity: null, revision: 1 },
      });
    },
  });
}
