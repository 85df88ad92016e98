import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealRecords } from '../../../functions/audit/seal-records.ts';
import { summariseHealth } from '../../../functions/health/summarise-health.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoHealthStore } from '../../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { dynamoTallyStore } from '../../../shared/adapters/dynamodb/tally-store.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { alertPolicy } from '../../../shared/config/alerts.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { type Observation, observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { featureUid } from '../../../shared/domain/features/feature-set.ts';
import type { HealthSummary } from '../../../shared/domain/health/health-summary.ts';
import { istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { dayTally } from '../../../shared/domain/outcomes/day-tally.ts';
import type { FollowedOutcome } from '../../../shared/domain/outcomes/outcome.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { logTilesIn } from '../../contract/log-tiles.ts';
import { aFollowedOutcome, aTradeMark } from '../../factories/outcome.ts';
import { aRecommendation } from '../../factories/recommendation.ts';
import { aBatchRow } from '../../factories/registry.ts';
import { bringing } from '../../factories/risk.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';

const DATE = '2025-12-04';

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

describe('summarise health', () => {
  it('counts what went through each stage, for each exchange and for all together', async () => {
    await bench.snapshots('NSE', 3);
    await bench.featureRow('NSE', ['spot_frozen']);
    await bench.featureRow('BSE', []);
    await bench.answer('NSE', { latency_us: 1000, execute: true });
    await bench.answer(
      'NSE',
      { latency_us: 3000, execute: false, hold_reason: 'no_live_model', action: 'HOLD' },
      1,
    );
    await bench.answer('BSE', { latency_us: 2000, execute: false });
    expect(await bench.summarise()).toMatchObject({ at: utcIso(START_MS), summaries: 5 });
    const nse = await bench.summary('NSE');
    expect(nse.counts).toMatchObject({
      ...{ snapshots: 3, batches: 1, feature_rows: 1, recommendations: 2, recommended_trades: 1 },
      hold_no_live_model: 1,
    });
    expect(nse).toMatchObject({ session_open: true, quality_flags: { spot_frozen: 1 }, clean_share: 0 });
    expect(nse.latency_us).toMatchObject({ count: 2, p50: 2000, max: 3000 });
    const all = await bench.summary('ALL');
    expect(all.counts).toMatchObject({ snapshots: 3, feature_rows: 2, recommendations: 3 });
    expect(all).toMatchObject({ clean_share: 0.5, latency_us: { count: 3, p50: 2000 } });
  });

  it('tells when too much of the day is flagged', async () => {
    for (let minute = 0; minute < 30; minute += 1) {
      await bench.featureRow('NSE', minute < 7 ? ['vix_missing'] : [], minute);
      await bench.featureRow('BSE', minute < 6 ? ['vix_missing'] : [], minute);
    }
    expect((await bench.summarise()).breached).toEqual({ NSE: ['data-flagged'] });
    expect(bench.observations('data-flagged')).toMatchObject([
      { exchange: 'NSE', check: { finding: { numbers: { rows: 30, vix_missing: 7 } } } },
      { exchange: 'BSE', check: { kind: 'clear' } },
    ]);
    const worst = { timestamp: utcIso(START_MS), flags: ['vix_missing'] };
    expect(await bench.summary('NSE')).toMatchObject({ flagged_share: 7 / 30, worst_minute: worst });
  });

  it('calls data stale only during the session, for exchanges that the tracker sends', async () => {
    await bench.snapshots('NSE', 1);
    bench.nowMs = START_MS + 6 * MINUTE_MS;
    expect((await bench.summarise()).breached).toEqual({ NSE: ['data-stale'] });
    expect(await bench.summary('NSE')).toMatchObject({ data_age_seconds: 360 });
    expect(bench.observations('data-stale')).toMatchObject([
      { exchange: 'NSE', check: { kind: 'breached', finding: { numbers: { age_seconds: 360 } } } },
    ]);
    await bench.online('NSE', 6);
    expect((await bench.summarise()).breached).toEqual({});
    expect(bench.observations('data-stale')).toMatchObject([{ check: { kind: 'clear' } }]);
    bench.nowMs = istMs(DATE, 16 * 60);
    await bench.summarise();
    expect(bench.observations('data-stale')).toEqual([]);
    expect(await bench.summary('NSE')).toMatchObject({ session_open: false });
  });

  it('gives the tracker five minutes after the open', async () => {
    await bench.chainDay('NSE', '2025-12-03');
    bench.nowMs = istMs(DATE, 555 + 4);
    await bench.summarise();
    expect(bench.observations('data-stale')).toEqual([]);
    bench.nowMs = istMs(DATE, 555 + 5);
    expect((await bench.summarise()).breached).toEqual({ NSE: ['data-stale'] });
  });

  it('tells of an open circuit breaker and of a drawdown', async () => {
    await bench.risk.change('NSE', bringing(DATE, ...Array.from({ length: 5 }, () => -100)));
    await bench.risk.change('BSE', bringing('2025-12-03', -20_000, -10_000));
    await bench.lost('NSE', 15_000);
    await bench.lost('BSE', 15_000);
    expect((await bench.summarise()).breached).toEqual({ NSE: ['breaker-open'], ALL: ['drawdown-limit'] });
    expect(bench.observations('breaker-open').map(({ exchange, check }) => [exchange, check.kind])).toEqual([
      ['NSE', 'breached'],
      ['BSE', 'clear'],
      ['NSE_MONTHLY', 'clear'],
      ['BANKNIFTY_MONTHLY', 'clear'],
    ]);
  });

  it('tells of every exchange that the breaker of the account stops', async () => {
    await bench.risk.change('NSE', bringing(DATE, -20_000, -10_000));
    const { breached } = await bench.summarise();
    expect(Object.keys(breached).sort()).toEqual(['BANKNIFTY_MONTHLY', 'BSE', 'NSE', 'NSE_MONTHLY']);
    expect(bench.observations('breaker-open')[1]).toMatchObject({
      exchange: 'BSE',
      check: {
        kind: 'breached',
        finding: { what: expect.stringContaining('breaker of the account is open') },
      },
    });
  });

  it('takes no drawdown from trades that are inverted, unmarked, open or of a HOLD, and shows versions live beside their claim', async () => {
    await bench.lost('NSE', 40_000, { exposure_inverted: true });
    await bench.lost('BSE', 40_000, { trade_status: 'open' });
    await bench.lost('NSE_MONTHLY', 40_000, { trade_pnl: null });
    await bench.lost('BANKNIFTY_MONTHLY', 40_000, { action: 'HOLD', correct: null });
    const inverted = aTradeMark({ marked_pnl: -40_000, exposure_inverted: true, counts: false });
    const followed = aTradeMark({ trade_id: 'T-2', marked_pnl: -500 });
    const outcome = aFollowedOutcome(undefined, { correct: false });
    await bench.tallies.put(dayTally('NSE', DATE, [outcome], [inverted, followed]));
    expect((await bench.summarise()).breached).toEqual({});
    const version = {
      ...{ model_version: '2025-12-03-aaaaaaaa', judged: 1, accuracy: 0, mean_confidence: 0.6 },
      ...{ trades: 1, win_rate: 0, pnl_rupees: -500, drawdown_rupees: 500 },
    };
    expect((await bench.summary('NSE')).live).toMatchObject([version]);
    expect((await bench.summary('ALL')).live).toMatchObject([version]);
    expect((await bench.summary('BSE')).live).toEqual([]);
    expect((await bench.summary('ALL')).performance).toMatchObject({ trades: 0, drawdown_rupees: 0 });
  });

  it('counts served features that the lake does not repeat as failures of the feature stage', async () => {
    await bench.parity('NSE', { served: 300, equal: 298 });
    await bench.parity('NSE', { served: 290, equal: 289 }, 'chain-v3');
    await bench.summarise();
    expect(await bench.summary('NSE')).toMatchObject({
      counts: { parity_served: 590, parity_equal: 587 },
      errors: { feature: 3 },
    });
  });

  it('tells of exchanges that are followed when their calendar ends soon', async () => {
    bench.nowMs = istMs('2026-12-10', 700);
    await bench.snapshots('NSE', 1, '2026-12-10');
    await bench.summarise();
    const told = bench.observations('calendar-ends');
    expect(told).toMatchObject([
      { exchange: 'NSE', check: { finding: { severity: 'warning', numbers: { days: 22 } } } },
    ]);
  });

  it('goes on where the calendar ends, and says so', async () => {
    bench.nowMs = istMs('2099-01-05', 700);
    await bench.summarise();
    expect(await bench.summary('ALL')).toMatchObject({ session_open: false, errors: { calendar: 4 } });
  });
});

async function openBench() {
  const registry = dynamoBatchRegistry(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const table = await cloud.table();
  const recommendations = dynamoRecommendationStore(cloud.dynamodb, table);
  const tallies = dynamoTallyStore(cloud.dynamodb, table);
  const log = dynamoAuditLog(cloud.dynamodb, table, s3ObjectStore(cloud.s3, cloud.bucket()));
  const seal = sealRecords({
    log,
    tiles: logTilesIn(cloud, cloud.bucket()),
  });
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const health = dynamoHealthStore(cloud.dynamodb, await cloud.table());
  const queue = cloud.queue();
  const state = { nowMs: START_MS };
  const dayFile = (exchange: Exchange, date: string, kind: 'chain' | 'features') => ({
    ...{ kind, set: kind === 'chain' ? 'chain' : 'tracker-v2', exchange, date, path: 'x', rows: 1 },
    ...{ sha256: 'a', source_sha256: null, last_recorded_at: '', created_at: '', batch_ids: [] },
    ...{ parity: null, revision: 1 },
  });
  return Object.assign(state, {
    ...{ risk, tallies },
    summarise: summariseHealth({
      ...{ registry, window, recommendations, tallies, models, risk, health, rules: exchangesRules() },
      ...{
        toAlert: sqsMessageQueue(cloud.sqs, queue),
        featureSet: 'tracker-v2',
        lakeSets: ['tracker-v2', 'chain-v3'],
        target: 'tb15',
      },
      ...{ alertPolicy: alertPolicy(), riskPolicy: riskPolicy(), clock: () => state.nowMs },
    }),
    async summary(exchange: Exchange | 'ALL') {
      const [report] = await health.latest('health', exchange, 1);
      return report?.body as unknown as HealthSummary;
    },
    observations(rule: string) {
      const sent = cloud.drain(queue).map((message) => observationSchema.parse(message));
      const checks = sent.filter(
        (one): one is Extract<Observation, { kind: 'check' }> => one.kind === 'check',
      );
      return checks.filter((one) => one.rule === rule);
    },
    async snapshots(exchange: Exchange, count: number, date = DATE) {
      const at = utcIso(START_MS);
      await registry.commit(
        aBatchRow({
          exchange,
          date,
          snapshots: count,
          recorded_at: at,
          first_timestamp: at,
          last_timestamp: at,
        }),
        Array.from({ length: count }, (_, index) => `s${index}`),
      );
    },
    async online(exchange: Exchange, minute: number) {
      const snapshot = aStoredSnapshot({ exchange, timestamp: utcIso(START_MS + minute * MINUTE_MS) });
      await window.putMinute(snapshot, START_MS + 86_400_000);
    },
    async featureRow(exchange: Exchange, quality_flags: string[], minute = 0) {
      const timestamp = utcIso(START_MS + minute * MINUTE_MS);
      const row = {
        ...{ uid: featureUid(exchange, timestamp, 'tracker-v2'), timestamp, received_at: timestamp },
        ...{ recorded_at: timestamp, exchange, feature_set: 'tracker-v2', snapshot_id: 's' },
        ...{ underlying_price: 1, values: Float64Array.of(1), quality_flags },
      };
      await window.putFeatureRow(row, START_MS + 86_400_000);
    },
    async answer(exchange: Exchange, change: Parameters<typeof aRecommendation>[0], minute = 0) {
      const timestamp = utcIso(START_MS + minute * MINUTE_MS);
      await recommendations.add(aRecommendation({ exchange, timestamp, ...change }));
    },
    async lost(exchange: Exchange, rupees: number, overrides: Partial<FollowedOutcome> = {}) {
      const recommendation = aRecommendation({ exchange });
      await recommendations.add(recommendation);
      await seal([{ kind: 'recommendation', id: recommendation.id }]);
      const outcome = aFollowedOutcome(recommendation, {
        ...{
          realised_return: -0.01,
          realised_direction: -1,
          correct: false,
          trade_pnl: -rupees,
          trade_id: 'T',
        },
        model_version: 'v',
        trade_status: 'closed',
        ...overrides,
      });
      await recommendations.resolve([{ outcome, dueAt: null }]);
    },
    async chainDay(exchange: Exchange, date: string) {
      await registry.switchDayFile(dayFile(exchange, date, 'chain'));
    },
    async parity(exchange: Exchange, parity: { served: number; equal: number }, set = 'tracker-v2') {
      await registry.switchDayFile({ ...dayFile(exchange, DATE, 'features'), set, parity });
    },
  });
}
