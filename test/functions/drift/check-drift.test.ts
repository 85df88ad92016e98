import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkDrift } from '../../../functions/drift/check-drift.ts';
import { dynamoHealthStore } from '../../../shared/adapters/dynamodb/health-store.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { driftPolicy } from '../../../shared/config/drift.ts';
import { riskPolicy } from '../../../shared/config/risk.ts';
import { observationSchema } from '../../../shared/domain/alerts/observation.ts';
import { featureNames, featureUid } from '../../../shared/domain/features/feature-set.ts';
import { TRACKER_V2 } from '../../../shared/domain/features/tracker-v2/tracker-v2.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { nextPointer } from '../../../shared/domain/promotion/plan.ts';
import { referenceProfile } from '../../../shared/domain/training/reference-profile.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aBundle } from '../../factories/bundle.ts';
import { randomOf } from '../../factories/session.ts';

const NAMES = featureNames(TRACKER_V2);
const ROWS = 200;

let cloud: EmbeddedCloud;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
afterAll(() => cloud.stop());

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});

describe('check drift', () => {
  it('compares with the newest candidate while nothing is live, and alerts nobody', async () => {
    const version = await bench.propose('NSE');
    await bench.serve('NSE', 60, 9);
    const { reports } = await bench.check({});
    expect(reports).toMatchObject([
      { exchange: 'NSE', model_version: version, against: 'candidate', status: 'drifted', rows: 60 },
    ]);
    expect(await bench.health.latest('drift', 'NSE', 1)).toMatchObject([{ body: { against: 'candidate' } }]);
    expect(cloud.drain(bench.queue)).toEqual([]);
  });

  it('says nothing about exchanges without any bundle', async () => {
    expect(await bench.check({})).toEqual({ reports: [] });
    expect(cloud.drain(bench.queue)).toEqual([]);
  });

  it('keeps a report and tells the alert stage that all is well', async () => {
    const version = await bench.goLive('NSE');
    await bench.serve('NSE', 60, 0);
    const { reports } = await bench.check({});
    expect(reports).toMatchObject([
      { exchange: 'NSE', model_version: version, against: 'live', rows: 60, drifted: 0 },
    ]);
    const [kept] = await bench.health.latest('drift', 'NSE', 1);
    expect(kept).toMatchObject({ at: utcIso(START_MS), body: { ...reports[0], features: NAMES.length } });
    expect(cloud.drain(bench.queue)).toEqual([
      { kind: 'check', rule: 'feature-drift', exchange: 'NSE', check: { kind: 'clear', subject: null } },
    ]);
  });

  it('finds features that left the distribution of training', async () => {
    await bench.goLive('NSE');
    await bench.serve('NSE', 60, 9);
    const { reports } = await bench.check({ exchange: 'NSE' });
    expect(reports).toMatchObject([{ status: 'drifted', drifted: NAMES.length }]);
    const [message] = cloud.drain(bench.queue);
    expect(observationSchema.parse(message)).toMatchObject({
      rule: 'feature-drift',
      check: { kind: 'breached', finding: { severity: 'critical', exchange: 'NSE' } },
    });
  });

  it('blocks the answers of a model that drifted too far, until a report takes it back', async () => {
    const version = await bench.goLive('NSE');
    const drift = async () => (await bench.risk.book()).sessions[0]?.drift;
    await bench.serve('NSE', 60, 9);
    await bench.check({});
    expect(await drift()).toMatchObject({ model_version: version, blocks: true, at: utcIso(START_MS) });
    // Too little to say anything: the last word stands.
    await bench.check({ from: utcIso(START_MS + 59 * MINUTE_MS) });
    expect((await drift())?.blocks).toBe(true);
    await bench.check({ date: '2025-12-03' });
    expect((await drift())?.blocks).toBe(true);
    bench.time.nowMs += 15 * MINUTE_MS;
    await bench.serve('NSE', 60, 0);
    await bench.check({});
    expect(await drift()).toMatchObject({ model_version: version, blocks: false });
  });

  it('says that a few rows say nothing', async () => {
    await bench.goLive('NSE');
    await bench.serve('NSE', driftPolicy().min_rows - 1, 9);
    expect((await bench.check({})).reports).toMatchObject([{ status: 'too_few_rows', rows: 29 }]);
    expect(cloud.drain(bench.queue)).toMatchObject([{ check: { kind: 'unknown' } }]);
  });

  it('looks only at the moments asked for', async () => {
    await bench.goLive('NSE');
    await bench.serve('NSE', 60, 0);
    const from = utcIso(START_MS + 10 * MINUTE_MS);
    const to = utcIso(START_MS + 49 * MINUTE_MS);
    const { reports } = await bench.check({ exchange: 'NSE', date: '2025-12-04', from, to });
    expect(reports).toMatchObject([{ rows: 40 }]);
    expect((await bench.check({ date: '2025-12-03' })).reports).toMatchObject([{ rows: 0 }]);
  });

  it('names a reference that is not one', async () => {
    const version = await bench.goLive('NSE');
    await bench.bucket.put(`models/NSE/tb15/${version}/reference.json`, '{"schema":2}');
    await expect(bench.check({})).rejects.toMatchObject({
      name: 'InvariantViolated',
      field: `models/NSE/tb15/${version}/reference.json`,
    });
  });
});

async function openBench() {
  const models = dynamoModelRegistry(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const health = dynamoHealthStore(cloud.dynamodb, await cloud.table());
  const bucket = s3ObjectStore(cloud.s3, cloud.bucket());
  const queue = cloud.queue();
  const time = { nowMs: START_MS };
  const random = randomOf(3);
  const values = (shift: number) => Float64Array.from(NAMES, () => random() + shift);
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const ports = { models, window, health, bucket, risk, toAlert: sqsMessageQueue(cloud.sqs, queue) };
  return {
    ...ports,
    queue,
    time,
    check: checkDrift({
      ...ports,
      blocksFrom: riskPolicy().breakers.drift_blocks_from,
      ...{ featureSet: TRACKER_V2, policy: driftPolicy(), target: 'tb15', clock: () => time.nowMs },
    }),
    async propose(exchange: Exchange): Promise<string> {
      const row = await this.put(exchange, 'candidate');
      await models.add({ ...row, revision: 0 });
      return row.version;
    },
    async put(exchange: Exchange, status: 'candidate' | 'live') {
      const matrix = Float64Array.from({ length: ROWS * NAMES.length }, () => random());
      const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
      const reference = referenceProfile(NAMES, matrix, rows);
      const { files, row } = aBundle({ 'reference.json': reference }, { exchange, status });
      for (const [path, bytes] of files) await bucket.put(`${row.bundle_prefix}${path}`, bytes);
      return row;
    },
    async goLive(exchange: Exchange): Promise<string> {
      const row = await this.put(exchange, 'live');
      await models.apply({
        versions: [row],
        pointer: nextPointer(null, row, utcIso(START_MS)),
        history: {
          ...{ exchange, target: 'tb15', event: 'promoted', from_version: null, to_version: row.version },
          ...{ operator: 'asha', reason: 'r', override: false, refusal: null, compliance_class: 'logic' },
          ...{ verdict_key: null, verdict_hash: null, execution: null, at: utcIso(START_MS) },
          pointer_revision: 1,
        },
      });
      return row.version;
    },
    async serve(exchange: Exchange, count: number, shift: number) {
      for (let minute = 0; minute < count; minute++) {
        const timestamp = utcIso(START_MS + minute * MINUTE_MS);
        const row = {
          ...{ uid: featureUid(exchange, timestamp, TRACKER_V2.id), timestamp, received_at: timestamp },
          ...{ recorded_at: timestamp, exchange, feature_set: TRACKER_V2.id, snapshot_id: 's' },
          ...{ underlying_price: 26_000, values: values(shift), quality_flags: [] },
        };
        await window.putFeatureRow(row, START_MS + 86_400_000);
      }
    },
  };
}
