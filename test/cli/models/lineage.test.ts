import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineageOf } from '../../../cli/models/lineage.ts';
import { showLineage } from '../../../cli/models/show-lineage.ts';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import type { ModelVersion } from '../../../shared/domain/promotion/registry.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { DATE, type DatasetWorld, openWorld, SESSION } from '../datasets/world.ts';
import { listening, storedVersion, TRIALS } from './version-world.ts';

let cloud: EmbeddedCloud;
let world: DatasetWorld;
let manifest: DatasetManifest;
let row: ModelVersion;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await openWorld(cloud);
  await world.workUp(SESSION);
  manifest = await world.store.datasets.version(await world.build());
  row = await storedVersion(world.store.bucket, {
    dataset_version: manifest.version,
    dataset_hash: manifest.content_hash,
  });
});
afterAll(() => cloud.stop());

const lineage = (of = row) => {
  const { bucket, datasets, registry } = world.store;
  return lineageOf({ lake: bucket, datasets, batches: registry }, of);
};

describe('where a version comes from', () => {
  it('follows it to its day files, their chain, and the micro-batches in it', async () => {
    const found = await lineage();
    expect(found.problems).toEqual([]);
    expect(found.proof.ok).toBe(true);
    expect(found.days.map(({ date }) => date)).toEqual([DATE]);
    const [day] = found.days;
    const chain = await world.store.registry.dayFile('chain', 'chain', 'NSE', DATE);
    expect(day!.chain).toMatchObject({ path: chain!.path, sha256: chain!.sha256, revision: 1 });
    expect(day!.features.sha256).toBe(manifest.files.find(({ kind }) => kind === 'features')!.sha256);
    expect(day!.labels?.sha256).toBe(manifest.files.find(({ kind }) => kind === 'labels')!.sha256);
    expect(day!.batches.map(({ batch_id }) => batch_id)).toEqual([...chain!.batch_ids].sort());
    const snapshots = day!.batches.reduce((sum, one) => sum + one.snapshots, 0);
    expect(snapshots).toBe(SESSION.length);
  });

  it('names what was tried on its dataset, and nothing of another', async () => {
    const { trials } = await lineage();
    expect(trials).toEqual(TRIALS.filter(({ dataset_version }) => dataset_version === manifest.version));
    const gone = { ...row, version: 'no-report' };
    expect((await lineage(gone)).trials).toBeNull();
  });

  it('says that the manifest is not the registered one', async () => {
    const { problems } = await lineage({ ...row, dataset_hash: 'd'.repeat(64) });
    expect(problems).toEqual([expect.stringContaining(`was ${manifest.content_hash}`)]);
  });

  it('of another exchange has no days', async () => {
    expect((await lineage({ ...row, exchange: 'BSE' })).days).toEqual([]);
  });

  it('throws for a dataset that is not registered', async () => {
    await expect(lineage({ ...row, dataset_version: '2020-01-01' })).rejects.toThrow('2020-01-01');
  });

  it('is shown with counts, the newest days and the best trials first', async () => {
    const { output, lines } = listening();
    const found = await lineage();
    showLineage(found, output);
    const text = lines();
    expect(text[0]).toBe(`NSE tb15 ${row.version}`);
    expect(text[1]).toBe(`  bundle   ${row.bundle_hash.slice(0, 16)}  3 files, every hash verified`);
    expect(text[3]).toContain(`dataset  ${manifest.version}  content ${manifest.content_hash.slice(0, 16)}`);
    const batches = found.days[0]!.batches.length;
    const noun = batches === 1 ? 'micro-batch' : 'micro-batches';
    expect(text.find((line) => line.startsWith('1 day: 2 files'))).toContain(
      `${batches} ${noun}, ${SESSION.length} snapshots`,
    );
    const losses = text.filter((line) => line.includes('lightgbm ')).map((line) => line.split(/ {2,}/)[2]);
    expect(losses).toEqual(['0.8000', '0.9000']);
  });

  it('says what is left out of a long one', async () => {
    const { output, lines } = listening();
    const found = await lineage();
    const days = Array.from({ length: 20 }, () => ({ ...found.days[0]!, chain: null, batches: [] }));
    const trials = Array.from({ length: 30 }, () => found.trials![0]!);
    showLineage({ ...found, days, trials }, output);
    expect(lines()).toContain('and 12 earlier days; --json has all');
    expect(lines()).toContain('and 22 other trials; --json has all');
    expect(lines().join()).toContain('of 20 days the chain is not in the registry');
    expect(lines().length).toBeLessThan(40);
  });
});
