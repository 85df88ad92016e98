import { expect } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { readRoutes } from '../../../functions/read/routes.ts';
import { dynamoAlertStore } from '../../../shared/adapters/dynamodb/alert-store.ts';
import { dynamoApprovals } from '../../../shared/adapters/dynamodb/approvals.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoHealthStore } from '../../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoShadowStore } from '../../../shared/adapters/dynamodb/shadow-store.ts';
import { dynamoTallyStore } from '../../../shared/adapters/dynamodb/tally-store.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { shadowPolicy } from '../../../shared/config/shadow.ts';
import { healthSummary } from '../../../shared/domain/health/health-summary.ts';
import type { DayFileRow } from '../../../shared/domain/lake/registry-rows.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { HistoryRow } from '../../../shared/domain/promotion/registry.ts';
import { type EmbeddedCloud, START_MS } from '../../contract/embedded-cloud.ts';
import { logTilesIn } from '../../contract/log-tiles.ts';
import { aBundle } from '../../factories/bundle.ts';
import { aRecommendation } from '../../factories/recommendation.ts';

/** The GET routes over tables of their own, and what fills them. */
export async function readBench(cloud: EmbeddedCloud) {
  const table = await cloud.table();
  const store = dynamoRecommendationStore(cloud.dynamodb, table);
  const log = dynamoAuditLog(cloud.dynamodb, table, s3ObjectStore(cloud.s3, cloud.bucket()));
  const registry = dynamoBatchRegistry(cloud.dynamodb, await cloud.table());
  const modelsTable = await cloud.table();
  const models = dynamoModelRegistry(cloud.dynamodb, modelsTable);
  const approvals = dynamoApprovals(cloud.dynamodb, modelsTable);
  const health = dynamoHealthStore(cloud.dynamodb, await cloud.table());
  const alerts = dynamoAlertStore(cloud.dynamodb, await cloud.table());
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const tallies = dynamoTallyStore(cloud.dynamodb, table);
  const state = { nowMs: START_MS };
  const answer = readRoutes({
    ...{ registry, models, approvals, health, alerts, log, recommendations: store, featureSet: 'tracker-v2' },
    ...{ shadows: dynamoShadowStore(cloud.dynamodb, await cloud.table()), shadowPolicy: shadowPolicy() },
    ...{ risk, riskPolicy: riskPolicy(), tallies },
    datasets: dynamoDatasetRegistry(cloud.dynamodb, await cloud.table()),
    window: dynamoOnlineWindow(cloud.dynamodb, await cloud.table()),
    clock: () => state.nowMs,
    codeVersion: '1.0.0',
  });
  return Object.assign(state, {
    ...{
      store,
      health,
      risk,
      models,
      alerts,
      approvals,
      tallies,
      answer,
      seal: sealRecords({ log, tiles: logTilesIn(cloud, cloud.bucket()) }),
    },
    // biome-ignore lint/suspicious/noExplicitAny: the answer is whatever JSON the route gives
    async get(path: string, given: Record<string, string> = {}): Promise<any> {
      const { contentType, body } = await answer(`GET ${path}`, given);
      expect(contentType).toBe('application/json');
      return JSON.parse(body);
    },
    async recommend(...minutes: number[]) {
      const made = minutes.map((minute) =>
        aRecommendation({ timestamp: utcIso(START_MS + minute * MINUTE_MS) }),
      );
      for (const one of made) await store.add(one);
      return made;
    },
    async chainDay(date: string) {
      const row: DayFileRow = {
        ...{ kind: 'chain', set: 'chain', exchange: 'NSE', date, path: 'x', rows: 1, sha256: 'a' },
        ...{ source_sha256: null, last_recorded_at: '', created_at: '', batch_ids: [], parity: null },
        revision: 1,
      };
      await registry.switchDayFile(row);
    },
    async summarise(exchange: 'NSE' | 'BSE' | 'ALL') {
      const summary = healthSummary({
        ...{ exchange, at: utcIso(START_MS), counts: { snapshots: 30 }, quality_rows: [], latencies_us: [] },
        ...{ outcomes: [], errors: {}, last_snapshot_at: null, session_open: true },
      });
      await health.add('health', exchange, { at: summary.at, body: { ...summary } });
      return summary;
    },
    async deploy(name: string, at: string, from: string | null = null) {
      const { row } = aBundle({ 'decision.json': { name } });
      await models.add(row);
      const history: HistoryRow = {
        ...{
          exchange: 'NSE',
          target: 'tb15',
          event: 'promoted',
          from_version: from,
          to_version: row.version,
        },
        ...{ operator: 'asha', reason: 'r', override: false, refusal: null, compliance_class: 'logic' },
        ...{ verdict_key: null, verdict_hash: null, execution: null, at, pointer_revision: from ? 2 : 1 },
      };
      await models.apply({ versions: [], history });
      return row.version;
    },
  });
}
