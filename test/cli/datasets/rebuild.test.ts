import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rebuildDataset } from '../../../cli/datasets/rebuild.ts';
import { verifyDataset } from '../../../cli/datasets/verify.ts';
import { type ColumnTable, column } from '../../../shared/domain/lake/column-table.ts';
import { featuresKey } from '../../../shared/domain/lake/paths.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import { aManifest } from '../../factories/manifest.ts';
import { aSession } from '../../factories/session.ts';
import {
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
  return rebuildDataset(world.store, await world.store.datasets.version(version), LATER);
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
      recomputed: { features: 2, labels: 2, not_recomputed: 0 },
    });
    expect(await world.store.datasets.versionsOf(DATE)).toHaveLength(1);
  });

  it('is not changed by what was recorded after the cutoff, however the day looks now', async () => {
    await world.workUp(SESSION.slice(0, 95));
    const version = await world.build();
    world.nowMs += 60_000;
    await world.workUp(recordedAt(SESSION.slice(95), world.nowMs));
    expect(await rebuild(version)).toMatchObject({ same: true, changes: [] });
    const next = await world.build();
    expect(await rebuild(next)).toMatchObject({ same: true, version: `${DATE}.2` });
  });

  it('makes the next version of rows that were recorded by the cutoff and came into the lake after it', async () => {
    await world.workUp(SESSION.slice(0, 95));
    const version = await world.build();
    // Accepted in time, but still on the queue when the night ran; another row was compacted that was recorded later.
    await world.workUp(SESSION.slice(95));
    const rebuilt = await rebuild(version);
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
    expect(await rebuild(version)).toMatchObject({ same: false, version: `${DATE}.2`, created: false });
  });

  it('says that the code makes other rows, and keeps them as the next version', async () => {
    await world.workUp(SESSION);
    await registerFeatures((values) =>
      values.map((value) => (value === null ? null : (value as number) + 1)),
    );
    const version = await world.build();
    const rebuilt = await rebuild(version);
    expect(rebuilt).toMatchObject({ same: false, created: true, version: `${DATE}.2` });
    expect(rebuilt.changes).toEqual([{ kind: 'features', exchange: 'NSE', date: DATE, reason: 'code' }]);
    const made = await world.store.datasets.version(rebuilt.version);
    expect((await verifyDataset(world.store.bucket, made)).problems).toEqual([]);
    // The old version stays as it was.
    expect(
      (await verifyDataset(world.store.bucket, await world.store.datasets.version(version))).problems,
    ).toEqual([]);
  });

  it('keeps to the policy that the version was made with', async () => {
    await world.workUp(aSession({ minutes: 60, date: '2025-12-03', seed: 5 }), '2025-12-03');
    await world.workUp(SESSION);
    const strict = { ...world.ports.policy, min_rows_per_day: 50 };
    Object.assign(world.ports.policy, strict);
    const version = await world.build();
    Object.assign(world.ports.policy, { min_rows_per_day: 1 });
    const manifest = await world.store.datasets.version(version);
    expect(manifest.left_out).toEqual([{ exchange: 'NSE', date: '2025-12-03', reason: 'too_few_rows' }]);
    expect(await rebuild(version)).toMatchObject({ same: true });
  });

  it('refuses an imported version', async () => {
    const legacy = aManifest({ version: 'legacy-7', legacy: true, origin: 'tracker' });
    await expect(rebuildDataset(world.store, legacy, LATER)).rejects.toMatchObject({ name: 'RejectedInput' });
  });
});

/** Registers features of other code: one column otherwise, from the same chain. */
async function registerFeatures(change: (values: ColumnTable['columns'][number]['values']) => unknown[]) {
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
