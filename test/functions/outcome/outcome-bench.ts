import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { resolveOutcomes } from '../../../functions/outcome/resolve-outcomes.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoTallyStore } from '../../../shared/adapters/dynamodb/tally-store.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { executionConfig, optionPolicy } from '../../../shared/config/execution.ts';
import { qualityPolicy } from '../../../shared/config/quality.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import type { Trade } from '../../../shared/domain/audit/trade.ts';
import { chainTable } from '../../../shared/domain/lake/chain-rows.ts';
import { chainKey } from '../../../shared/domain/lake/paths.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { accountTotals } from '../../../shared/domain/risk/totals.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { RiskStore } from '../../../shared/ports/risk-store.ts';
import type { EmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { logTilesIn } from '../../contract/log-tiles.ts';
import { aRecommendation, aTrade } from '../../factories/recommendation.ts';
import { aLadder, aStoredSnapshot } from '../../factories/snapshot.ts';

export const DATE = '2025-12-04';
export const AT = istMs(DATE, 12 * 60 + 35);
/** Units in a lot of the contracts of December 2025. */
export const LOT = 75;

/** The whole ladder of a minute after AT at one last price. */
export function snapshotAt(minute: number, price: number, ltp = 130, second = 0): StoredSnapshot {
  // Nothing stands still: what does is not to be believed.
  const moved = { oi: 1_234_500 + 75 * minute, volume: 99_000 + 750 * minute };
  const spread = 0.1 + 0.05 * (minute % 7);
  const quotes = { best_bid: ltp - spread, best_ask: ltp + spread };
  const legs = aLadder().map((leg) => ({ ...leg, ...moved, ltp, ...quotes }));
  const timestamp = utcIso(AT + minute * MINUTE_MS + second * 1000);
  return aStoredSnapshot({ timestamp, underlying_price: price, legs });
}

/** The outcome stage on the embedded cloud, a recommendation at AT, four hours later. */
export async function openBench(cloud: EmbeddedCloud) {
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
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const tallies = dynamoTallyStore(cloud.dynamodb, recommendations);
  const { backtest } = executionConfig();
  const state = { nowMs: AT + 240 * MINUTE_MS };
  const resolve = resolveOutcomes({
    ...{ store, window, registry, lake, risk, contracts: optionPolicy().contracts, rules: exchangesRules() },
    ...{ tallies, models, target: 'tb15', quality: qualityPolicy() },
    clock: () => state.nowMs,
    flatBand: backtest.cost_bps / 10_000,
  });
  return Object.assign(state, {
    ...{ store, window, risk, resolve, log, tallies, models },
    async recommend(minute = 0, overrides: Partial<Recommendation> = {}): Promise<Recommendation> {
      const recommendation = aRecommendation({ timestamp: utcIso(AT + minute * MINUTE_MS), ...overrides });
      await store.add(recommendation);
      await seal([{ kind: 'recommendation', id: recommendation.id }]);
      return recommendation;
    },
    /** A report as it comes: kept, and sealed within the minute. */
    async report(recommendation: Recommendation, overrides: Partial<Trade> = {}) {
      const trade = aTrade(recommendation, overrides);
      await store.addTrade(trade);
      const { trade_id, timestamp, status } = trade;
      await seal([{ kind: 'trade', trade_id, timestamp, status }]);
      return trade;
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
    /** As the batch stage leaves them until their night has run. */
    async batch(snapshots: StoredSnapshot[]) {
      const { failed } = await writeBatches({ registry, lake, clock: () => state.nowMs })(snapshots);
      if (failed.length > 0) throw new Error(`expected ${snapshots.length} snapshots in batches`);
    },
    async compact(snapshots: StoredSnapshot[], revision = 1) {
      const table = chainTable(snapshots.map((one) => ({ ...one, revised: false })));
      const file = await lake.write(table, (sha256) => chainKey('NSE', DATE, sha256));
      await registry.switchDayFile({
        ...{ kind: 'chain', set: 'chain', exchange: 'NSE', date: DATE, ...file, rows: table.rows },
        ...{ source_sha256: null, last_recorded_at: utcIso(AT), created_at: utcIso(AT), batch_ids: [] },
        ...{ parity: null, revision },
      });
    },
  });
}

/** The session's totals as scoring sees them. */
export async function totalsOf(bench: { readonly risk: RiskStore }) {
  const { account_rupees: accountRupees, short_margin: shortMargin } = riskPolicy();
  return accountTotals('NSE', await bench.risk.book(), { date: DATE, accountRupees, shortMargin });
}
