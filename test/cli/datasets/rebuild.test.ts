import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rebuildDataset } from '../../../cli/datasets/rebuild.ts';
import { reselectDataset } from '../../../cli/datasets/reselect.ts';
import { showRebuild } from '../../../cli/datasets/show-rebuild.ts';
import { verifyDataset } from '../../../cli/datasets/verify.ts';
import { type ColumnTable, column } from '../../../shared/domain/lake/column-table.ts';
import { featuresKey } from '../../../shared/domain/lake/paths.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { aManifest } from '../../factories/manifest.ts';
import { aSession } from '../../factories/session.ts';
import {
  aScreen,
  DATE,
  type DatasetWorld,
  type EmbeddedCloud,
  openWorld,
  recordedAt,
  SESSION,
  startEmbeddedCloud,
} from './world.ts';

let cloud: EmbeddedCloud;
let world: DatasetWorld;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  world = await openWorld(cloud);
});
afterAll(() => cloud.stop());

const LATER = '2025-12-05T10:00:00.000Z';
async function rebuild(version: string) {
  return rebuildDataset(world.store, await world.store.datasets.version(version));
}
async function reselect(version: string) {
  return reselectDataset(world.store, await world.store.datasets.version(version), LATER);
}
/** What `rebuild` says, as text. */
async function said(version: string) {
  const { output, text } = aScreen();
  showRebuild(await world.store.datasets.version(version), await rebuild(version), output);
  return text();
}
/** Every key of the lake and every version of the day. */
async function written() {
  const versions = await world.store.datasets.versionsOf(DATE);
  return { keys: await world.store.bucket.list(''), versions: versions.map((one) => one.version) };
}

describe('rebuildDataset', () => {
  it('gives the same bytes, made again from the chains', async () => {
    await world.workUp(aSession({ minutes: 80, date: '2025-12-03', seed: 5 }), '2025-12-03');
    await world.workUp(SESSION);
    const version = await world.build();
    const { content_hash } = await world.store.datasets.version(version);
    expect(await rebuild(version)).toEqual({
      rebuilt: version,
      content_hash,
      same: true,
      version,
      created: false,
      changes: [],
      recomputed: { features: 2, labels: 2, not_recomputed: 0, unlike: 0 },
    });
    expect(await world.store.datasets.versionsOf(DATE)).toHaveLength(1);
  });

  it('gives the same labels of a day with a false tick, on which none rests', async () => {
    const ticked = SESSION.map((snapshot, at) =>
      at === 80 ? { ...snapshot, underlying_price: snapshot.underlying_price * 1.03 } : snapshot,
    );
    await world.workUp(ticked);
    const version = await world.build();
    const recomputed = { features: 1, labels: 1, not_recomputed: 0, unlike: 0 };
    expect(await rebuild(version)).toMatchObject({ same: true, changes: [], recomputed });
    const { files } = await world.store.datasets.version(version);
    const labels = await world.store.lake.read(files.find(({ kind }) => kind === 'labels')!);
    const returns = column(labels, 'return_3');
    expect([75, 76, 77, 78, 79, 80, 81, 82].map((at) => returns[at] === null)).toEqual([
      false,
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('is not changed by what was recorded after the cutoff, however the day looks now', async () => {
    await world.workUp(SESSION.slice(0, 95));
    const version = await world.build();
    world.nowMs += 60_000;
    await world.workUp(recordedAt(SESSION.slice(95), world.nowMs));
    expect(await rebuild(version)).toMatchObject({ same: true, changes: [] });
    expect(await reselect(version)).toMatchObject({ same: true, changes: [] });
    const next = await world.build();
    expect(await rebuild(next)).toMatchObject({ same: true, version: `${DATE}.2` });
  });

  it('gives the same version again when a day of its window is worked up later', async () => {
    await world.workUp(SESSION);
    const version = await world.build();
    await world.workUp(aSession({ minutes: 80, date: '2025-12-03', seed: 5 }), '2025-12-03');
    const before = await written();
    expect(await rebuild(version)).toMatchObject({ same: true, version, changes: [] });
    expect(await said(version)).toMatch(/\ndataset 2025-12-04 gives the same content again: [0-9a-f]{64}\n$/);
    expect(await written()).toEqual(before);
  });

  it('says that the code makes other rows, and writes nothing', async () => {
    await world.workUp(SESSION);
    await registerOtherFeatures();
    const version = await world.build();
    const { content_hash } = await world.store.datasets.version(version);
    const before = await written();
    const rebuilt = await rebuild(version);
    expect(rebuilt).toMatchObject({ same: false, version: null, created: false });
    expect(rebuilt.changes).toEqual([{ kind: 'features', exchange: 'NSE', date: DATE, reason: 'code' }]);
    expect(rebuilt.content_hash).not.toBe(content_hash);
    const text = await said(version);
    expect(text).toContain(`1 of its 2 files, content ${rebuilt.content_hash}, was ${content_hash}; nothing`);
    expect(text).toContain('--reselect');
    expect(text).toContain('  code: 1 files; the same chain gives other rows');
    expect(text).toContain(`    features NSE ${DATE}\n`);
    expect(await written()).toEqual(before);
  });

  it.each(['missing', 'damaged'])(
    'names a file that is %s, even where its chain gives it again',
    async (how) => {
      await world.workUp(SESSION);
      const version = await world.build();
      const manifest = await world.store.datasets.version(version);
      await spoil(manifest.files.find(({ kind }) => kind === 'labels')!.path, how);
      const rebuilt = await rebuild(version);
      expect(rebuilt).toMatchObject({ same: false, content_hash: manifest.content_hash, version: null });
      expect(rebuilt.changes).toEqual([{ kind: 'labels', exchange: 'NSE', date: DATE, reason: 'damaged' }]);
    },
  );

  it('names the files that a damaged chain leaves without proof', async () => {
    await world.workUp(SESSION);
    const version = await world.build();
    const chain = (await world.ports.registry.dayFile('chain', 'chain', 'NSE', DATE))!;
    await spoil(chain.path, 'damaged');
    const rebuilt = await rebuild(version);
    expect(rebuilt).toMatchObject({ same: false, recomputed: { features: 0, labels: 0, not_recomputed: 2 } });
    expect(rebuilt.changes.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['features', 'chain_damaged'],
      ['labels', 'chain_damaged'],
    ]);
  });

  it('refuses an imported version', async () => {
    const legacy = aManifest({ version: 'legacy-7', legacy: true, origin: 'tracker' });
    await expect(rebuildDataset(world.store, legacy)).rejects.toMatchObject({ name: 'RejectedInput' });
    const later = reselectDataset(world.store, legacy, LATER);
    await expect(later).rejects.toMatchObject({ name: 'RejectedInput' });
  });
});

describe('reselectDataset', () => {
  it('keeps to the policy that the version was made with', async () => {
    await world.workUp(aSession({ minutes: 60, date: '2025-12-03', seed: 5 }), '2025-12-03');
    await world.workUp(SESSION);
    const strict = { ...world.ports.policy, min_rows_per_day: 50 };
    Object.assign(world.ports.policy, strict);
    const version = await world.build();
    Object.assign(world.ports.policy, { min_rows_per_day: 1 });
    const manifest = await world.store.datasets.version(version);
    expect(manifest.left_out).toEqual([{ exchange: 'NSE', date: '2025-12-03', reason: 'too_few_rows' }]);
    expect(await reselect(version)).toMatchObject({ same: true });
  });

  it('makes the next version of a day of the window that was worked up later', async () => {
    await world.workUp(SESSION);
    const version = await world.build();
    await world.workUp(aSession({ minutes: 80, date: '2025-12-03', seed: 5 }), '2025-12-03');
    const rebuilt = await reselect(version);
    expect(rebuilt).toMatchObject({ same: false, created: true, version: `${DATE}.2` });
    expect(rebuilt.changes.map(({ kind, date, reason }) => [kind, date, reason])).toEqual([
      ['features', '2025-12-03', 'day_added'],
      ['labels', '2025-12-03', 'day_added'],
    ]);
    const { output, text } = aScreen();
    showRebuild(await world.store.datasets.version(version), rebuilt, output);
    expect(text()).toContain(`gives other content now, new version ${DATE}.2: ${rebuilt.content_hash}\n`);
    expect(await rebuild(version)).toMatchObject({ same: true });
  });

  it('makes the next version of rows that were recorded by the cutoff and came into the lake after it', async () => {
    await world.workUp(SESSION.slice(0, 95));
    const version = await world.build();
    // Accepted in time, but still on the queue when the night ran; another row was compacted that was recorded later.
    await world.workUp(SESSION.slice(95));
    expect(await rebuild(version)).toMatchObject({ same: true, changes: [], version });
    const rebuilt = await reselect(version);
    expect(rebuilt).toMatchObject({ same: false, version: `${DATE}.2`, created: true });
    expect(rebuilt.changes.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['features', 'late_data'],
      ['labels', 'late_data'],
    ]);
    const made = await world.store.datasets.version(`${DATE}.2`);
    const old = await world.store.datasets.version(version);
    expect(made).toMatchObject({
      parent: version,
      created_at: LATER,
      knowledge_cutoff: old.knowledge_cutoff,
    });
    expect((await verifyDataset(world.store.bucket, made)).problems).toEqual([]);
    expect(await reselect(version)).toMatchObject({ same: false, version: `${DATE}.2`, created: false });
  });

  it('keeps what other code makes as the next version', async () => {
    await world.workUp(SESSION);
    await registerOtherFeatures();
    const version = await world.build();
    const rebuilt = await reselect(version);
    expect(rebuilt).toMatchObject({ same: false, created: true, version: `${DATE}.2` });
    expect(rebuilt.changes).toEqual([{ kind: 'features', exchange: 'NSE', date: DATE, reason: 'code' }]);
    const made = await world.store.datasets.version(rebuilt.version!);
    expect((await verifyDataset(world.store.bucket, made)).problems).toEqual([]);
    // The old version stays as it was.
    expect(
      (await verifyDataset(world.store.bucket, await world.store.datasets.version(version))).problems,
    ).toEqual([]);
  });
});

/** Makes a file of the lake unreadable. */
async function spoil(path: string, how: string) {
  const { bucket } = world.store;
  await (how === 'missing' ? bucket.remove([path]) : bucket.put(path, new TextEncoder().encode('other')));
}

/** Registers features of other code: one column otherwise, from the same chain. */
async function registerOtherFeatures() {
  const change = (values: ColumnTable['columns'][number]['values']) =>
    values.map((value) => (value === null ? null : (value as number) + 1));
  const { registry, lake, featureSet } = world.ports;
  const before = (await registry.dayFile('features', featureSet.id, 'NSE', DATE))!;
  const table = await lake.read(before);
  const [name] = featureSet.catalogue.map((spec) => spec.name);
  expect(column(table, name!)).toHaveLength(table.rows);
  const columns = table.columns.map((one) =>
    one.name === name ? { ...one, values: change(one.values) as typeof one.values } : one,
  );
  const file = await lake.write({ ...table, columns }, (sha256) =>
    featuresKey(featureSet.id, 'NSE', DATE, sha256),
  );
  await registry.switchDayFile({
    ...before,
    ...file,
    revision: before.revision + 1,
    created_at: utcIso(world.nowMs),
  });
}
