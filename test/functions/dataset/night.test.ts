import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateFeatures } from '../../../functions/feature/update-features.ts';
import { datasetManifestSchema } from '../../../shared/domain/datasets/manifest.ts';
import { featureNames } from '../../../shared/domain/features/feature-set.ts';
import { FEATURE_SETS } from '../../../shared/domain/features/feature-sets.ts';
import { featureRowsOf } from '../../../shared/domain/features/feature-table.ts';
import { LABEL_SET_ID } from '../../../shared/domain/labels/label-day.ts';
import { labelRowsOf } from '../../../shared/domain/labels/label-table.ts';
import { manifestKey } from '../../../shared/domain/lake/paths.ts';
import { epochMs, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type EmbeddedCloud, START_MS, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { aSession } from '../../factories/session.ts';
import { failOnce, withFaults } from '../faults.ts';
import { openPorts, type Ports, stagesOf } from '../pipeline.ts';

let cloud: EmbeddedCloud;
let ports: Ports;
let nowMs = START_MS;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  nowMs = Date.UTC(2025, 11, 4, 10, 30);
  ports = { ...(await openPorts(cloud)), clock: () => nowMs };
});
afterAll(() => cloud.stop());

const DATE = '2025-12-04';
const SESSION = aSession({ minutes: 110 });
const FEATURES = ['features', 'tracker-v2', 'NSE', DATE] as const;
const LABELS = ['labels', LABEL_SET_ID, 'NSE', DATE] as const;

async function day(snapshots: readonly StoredSnapshot[], date = DATE) {
  const stages = stagesOf(ports);
  await stages.write(snapshots);
  await stages.compact('NSE', date);
  return { feature: await stages.feature('NSE', date), label: await stages.label('NSE', date) };
}
const dataset = (date = DATE) => stagesOf(ports).dataset({ date, exchanges: ['NSE'] });
const manifest = async (version: string) =>
  datasetManifestSchema.parse(
    JSON.parse(Buffer.from(await ports.bucket.get(manifestKey(version))).toString()),
  );

describe('feature and label days', () => {
  it('give rows that join by uid, one label a minute', async () => {
    const { feature, label } = await day(SESSION);
    expect(label.rows).toBe(SESSION.length);
    expect(feature.rows).toBe(SESSION.length - feature.minutes_without_features);
    expect(label.labelled).toBeGreaterThan(0);
    const [features, labels] = await Promise.all([
      ports.registry.dayFile(...FEATURES),
      ports.registry.dayFile(...LABELS),
    ]);
    const names = featureNames(ports.featureSet);
    const rows = featureRowsOf(await ports.lake.read(features!), names);
    const uids = new Set(labelRowsOf(await ports.lake.read(labels!)).map(({ uid }) => uid));
    expect(rows.every(({ uid }) => uids.has(uid))).toBe(true);
    expect(features!.source_sha256).toBe(labels!.source_sha256);
  });

  it('count how many of the rows served live come out the same bit for bit', async () => {
    const toScore = { sendAll: async () => {} };
    await updateFeatures({ ...ports, toScore })(
      SESSION.slice(0, 60).map((snapshot) => ({ snapshot, live: true })),
    );
    const { feature } = await day(SESSION);
    expect(feature.served).toBeGreaterThan(20);
    expect(feature.equal).toBe(feature.served);
    const [row] = await ports.window.featureRows('NSE', DATE, 'tracker-v2', 0, Number.MAX_SAFE_INTEGER / 2e3);
    row!.values[0]! += 1e-9;
    await ports.window.putFeatureRow(row!, nowMs + 1e9);
    expect(await stagesOf(ports).feature('NSE', DATE)).toMatchObject({
      served: feature.served,
      equal: feature.equal - 1,
    });
  });

  it('change nothing when run again, and say so for a day without a chain', async () => {
    await day(SESSION);
    const before = [await ports.registry.dayFile(...FEATURES), await ports.registry.dayFile(...LABELS)];
    nowMs += 1000;
    await stagesOf(ports).feature('NSE', DATE);
    await stagesOf(ports).label('NSE', DATE);
    expect([await ports.registry.dayFile(...FEATURES), await ports.registry.dayFile(...LABELS)]).toEqual(
      before,
    );
    for (const stage of [stagesOf(ports).feature, stagesOf(ports).label]) {
      await expect(stage('BSE', DATE)).rejects.toMatchObject({ name: 'RejectedInput', field: 'date' });
    }
  });
});

describe('buildDataset', () => {
  it('makes a version whose manifest names every file with its hash', async () => {
    const { feature } = await day(SESSION);
    const report = await dataset();
    expect(report).toMatchObject({
      version: DATE,
      created: true,
      records: { NSE: feature.rows },
      days: { NSE: 1 },
    });
    const written = await manifest(DATE);
    expect(await ports.datasets.version(DATE)).toEqual(written);
    expect(written).toMatchObject({
      content_hash: report.content_hash,
      window: { from: '2024-12-05', to: DATE },
      windows: {},
      knowledge_cutoff: utcIso(nowMs),
      parent: null,
    });
    for (const file of written.files) expect((await ports.lake.read(file)).rows).toBe(file.rows);
    const { sell, hold, buy, unlabelled } = written.stats['NSE']!.label_balance;
    expect(sell + hold + buy + unlabelled).toBe(feature.rows);
  });

  it('gives the version that is there for the same content', async () => {
    await day(SESSION);
    const first = await dataset();
    nowMs += 60_000;
    expect(await dataset()).toEqual({ ...first, created: false });
    expect(await ports.datasets.versionsOf(DATE)).toHaveLength(1);
  });

  it('makes the next version of late data and leaves the old one as it was', async () => {
    const late = SESSION.slice(50, 52);
    await day(SESSION.filter((snapshot) => !late.includes(snapshot)));
    const first = await dataset();
    const before = await manifest(DATE);
    nowMs += 60_000;
    await day(late.map((snapshot) => ({ ...snapshot, recorded_at: utcIso(nowMs) })));
    const second = await dataset();
    expect(second).toMatchObject({ version: `${DATE}.2`, created: true });
    expect(second.content_hash).not.toBe(first.content_hash);
    expect((await manifest(`${DATE}.2`)).parent).toBe(DATE);
    expect(await manifest(DATE)).toEqual(before);
    for (const file of before.files) expect((await ports.lake.read(file)).rows).toBe(file.rows);
  });

  it('keeps a day whose late data changed its features but not its labels', async () => {
    // A revised leg of a minute's last snapshot would change nothing; an earlier first receipt changes features only.
    const target = SESSION[60]!;
    await day(SESSION.filter((snapshot) => snapshot !== target).concat(other(target)));
    expect((await dataset()).days).toEqual({ NSE: 1 });
    await day([target]);
    const report = await dataset();
    expect(report).toMatchObject({ version: `${DATE}.2`, days: { NSE: 1 } });
  });

  it('keeps a day to which only a revision was added: same rows, same content', async () => {
    await day(SESSION);
    const first = await dataset();
    const revised = other(SESSION[60]!, 30_000);
    await day([revised]);
    expect(await dataset()).toMatchObject({
      days: { NSE: 1 },
      records: first.records,
      content_hash: first.content_hash,
    });
  });

  it('takes a day as its features and labels last came from one chain', async () => {
    await day(SESSION);
    const first = await dataset();
    nowMs += 60_000;
    const recorded_at = utcIso(nowMs);
    const late = { ...aSession({ minutes: 111 })[110]!, snapshot_id: 'd'.repeat(32), recorded_at };
    await stagesOf(ports).write([late]);
    await stagesOf(ports).compact('NSE', DATE);
    await stagesOf(ports).feature('NSE', DATE);
    expect(await dataset()).toMatchObject({ content_hash: first.content_hash, created: false });
    await stagesOf(ports).label('NSE', DATE);
    expect(await dataset()).toMatchObject({ version: `${DATE}.2`, created: true });
  });

  it('leaves out a day that never had labels of its features', async () => {
    await day(SESSION);
    const stages = stagesOf(ports);
    await stages.write(aSession({ minutes: 80, date: '2025-12-03', seed: 5 }));
    await stages.compact('NSE', '2025-12-03');
    await stages.feature('NSE', '2025-12-03');
    expect(await dataset()).toMatchObject({ days: { NSE: 1 }, left_out: { NSE: 1 } });
    expect((await manifest(DATE)).left_out).toEqual([
      { exchange: 'NSE', date: '2025-12-03', reason: 'no_matching_labels' },
    ]);
  });

  it('takes every day of the window and no other', async () => {
    for (const date of ['2024-12-04', '2024-12-05', '2025-12-03', DATE]) {
      await day(aSession({ minutes: 80, date, seed: 5 }), date);
    }
    const stats = (await manifest((await dataset()).version)).stats['NSE']!;
    expect([stats.days, stats.first_date, stats.last_date]).toEqual([3, '2024-12-05', DATE]);
    expect((await dataset('2025-12-03')).days).toEqual({ NSE: 3 });
  });

  it('does not use what was recorded after its knowledge cutoff', async () => {
    await day(SESSION.map((snapshot) => ({ ...snapshot, recorded_at: utcIso(nowMs + 1) })));
    await expect(dataset()).rejects.toMatchObject({ name: 'RejectedInput' });
    nowMs += 1;
    expect((await dataset()).version).toBe(DATE);
  });

  it('follows the last version of the same feature set', async () => {
    ports = { ...ports, lakeSets: FEATURE_SETS };
    await day(SESSION);
    const stages = stagesOf(ports);
    const made = [];
    for (const feature_set of ['tracker-v2', 'chain-v3']) {
      made.push((await stages.dataset({ date: DATE, exchanges: ['NSE'], feature_set })).version);
    }
    nowMs += 60_000;
    const recorded_at = utcIso(nowMs);
    await day([{ ...aSession({ minutes: 111 })[110]!, snapshot_id: 'd'.repeat(32), recorded_at }]);
    made.push((await dataset()).version);
    expect(made).toEqual([DATE, `${DATE}.2`, `${DATE}.3`]);
    const parents = await Promise.all(made.map(async (version) => (await manifest(version)).parent));
    expect(parents).toEqual([null, null, DATE]);
  });

  it('finds what counted at an earlier knowledge cutoff, whatever came later', async () => {
    const cutoff = utcIso(nowMs);
    await day(SESSION.slice(0, 100));
    const first = await dataset();
    for (const from of [100, 105]) {
      nowMs += 60_000;
      const recorded_at = utcIso(nowMs);
      await day(SESSION.slice(from, from + 5).map((snapshot) => ({ ...snapshot, recorded_at })));
    }
    const now = await dataset();
    expect(now.records['NSE']).toBe(first.records['NSE']! + 10);
    const request = { date: DATE, exchanges: ['NSE' as const], knowledge_cutoff: cutoff };
    const again = await stagesOf(ports).dataset(request);
    expect(again).toEqual({ ...first, created: false });
    for (const file of (await manifest(DATE)).files) expect(file.source_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a knowledge cutoff ahead of the clock', async () => {
    await day(SESSION);
    const request = { date: DATE, exchanges: ['NSE' as const], knowledge_cutoff: utcIso(nowMs + 1) };
    await expect(stagesOf(ports).dataset(request)).rejects.toMatchObject({
      name: 'RejectedInput',
      field: 'knowledge_cutoff',
    });
  });

  it('wants as many days and rows as the policy says, by exchange where it says so', async () => {
    await day(SESSION);
    const build = (changes: Partial<Ports['policy']>) =>
      stagesOf({ ...ports, policy: { ...ports.policy, ...changes } }).dataset({
        date: DATE,
        exchanges: ['NSE'],
      });
    for (const changes of [
      { min_days: 2 },
      { exchanges: { NSE: { min_days: 2 } } },
      { min_rows_per_day: 999 },
    ])
      await expect(build(changes)).rejects.toMatchObject({ name: 'RejectedInput', field: 'date' });
    expect((await build({ min_days: 2, exchanges: { NSE: { min_days: 1 } } })).days).toEqual({ NSE: 1 });
    const half = await build({ exchanges: { NSE: { window_months: 6 } } });
    expect((await manifest(half.version)).window).toEqual({ from: '2025-06-05', to: DATE });
  });

  it.each([
    ['before the registry', 'datasets', 'add', 'before'],
    ['between registry and manifest', 'datasets', 'add', 'after'],
    ['before the manifest', 'bucket', 'put', 'before'],
  ] as const)(
    'has registry and manifest of one version when it dies %s and runs again',
    async (_, port, method, fault) => {
      await day(SESSION);
      const broken = { ...ports, [port]: withFaults<object>(ports[port], failOnce(method, fault)) } as Ports;
      await expect(stagesOf(broken).dataset({ date: DATE, exchanges: ['NSE'] })).rejects.toThrow(method);
      nowMs += 60_000;
      expect((await dataset()).version).toBe(DATE);
      expect(await manifest(DATE)).toEqual(await ports.datasets.version(DATE));
      expect(await ports.datasets.versionsOf(DATE)).toHaveLength(1);
    },
  );
});

/** The same minute with other option prices, received a while after the one it is made from. */
function other(snapshot: StoredSnapshot, laterMs = 5000): StoredSnapshot {
  const legs = snapshot.legs.map((leg) => ({ ...leg, ltp: (leg.ltp ?? 0) + 5, oi: (leg.oi ?? 0) + 75 }));
  const received_at = utcIso(epochMs(snapshot.timestamp) + laterMs);
  return { ...snapshot, legs, received_at, snapshot_id: 'c'.repeat(32) };
}
