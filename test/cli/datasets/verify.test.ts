import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showVerification, type Verification, verifyDataset } from '../../../cli/datasets/verify.ts';
import type { DatasetManifest } from '../../../shared/domain/datasets/manifest.ts';
import { manifestKey } from '../../../shared/domain/lake/paths.ts';
import { memoryObjectStore } from '../../contract/memory-ports.ts';
import {
  aScreen,
  type DatasetWorld,
  type EmbeddedCloud,
  openWorld,
  SESSION,
  startEmbeddedCloud,
} from './world.ts';

let cloud: EmbeddedCloud;
let world: DatasetWorld;
let manifest: DatasetManifest;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
  world = await openWorld(cloud);
  await world.workUp(SESSION);
  manifest = await world.store.datasets.version(await world.build());
});
afterAll(() => cloud.stop());

/** The lake of the version in memory, with one object changed; nothing put: it is not there. */
async function lakeWith(key: string, change: (bytes: Uint8Array) => Uint8Array | undefined) {
  const copy = memoryObjectStore();
  for (const path of [manifestKey(manifest.version), ...manifest.files.map((file) => file.path)]) {
    const bytes = await world.store.bucket.get(path);
    const changed = path === key ? change(bytes) : bytes;
    if (changed !== undefined) await copy.put(path, changed);
  }
  return copy;
}
const findings = ({ problems }: Verification) => problems.map(({ where, what }) => [where, what]);

describe('verifyDataset', () => {
  it('finds a version whole, and tells how far it is', async () => {
    const told: [number, number][] = [];
    const found = await verifyDataset(world.store.bucket, manifest, (...progress) => told.push(progress));
    expect(found).toMatchObject({ files: 2, problems: [], rows: manifest.records['NSE'] });
    expect(told).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('names a file that is gone', async () => {
    const [file] = manifest.files;
    const lake = await lakeWith(file!.path, () => undefined);
    expect(findings(await verifyDataset(lake, manifest))).toEqual([[file!.path, 'missing']]);
  });

  it('names a file of which one bit is another', async () => {
    const [file] = manifest.files;
    const lake = await lakeWith(file!.path, (bytes) => bytes.with(40, bytes[40]! ^ 1));
    expect(findings(await verifyDataset(lake, manifest))[0]).toEqual([file!.path, 'sha256']);
  });

  it('names a file that is no Parquet any more', async () => {
    const [, file] = manifest.files;
    const lake = await lakeWith(file!.path, (bytes) => bytes.slice(0, 100));
    expect(findings(await verifyDataset(lake, manifest))).toEqual([
      [file!.path, 'sha256'],
      [file!.path, 'unreadable'],
    ]);
  });

  it('names a file with another number of rows than the manifest says', async () => {
    const files = manifest.files.map((file, at) => (at === 1 ? { ...file, rows: file.rows + 1 } : file));
    const found = await verifyDataset(world.store.bucket, { ...manifest, files });
    expect(findings(found)).toContainEqual([files[1]!.path, 'rows']);
  });

  it.each([
    ['changed', (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString().replace('"NSE"', '"BSE"'))],
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -20)],
  ])('compares the manifest in the lake with the registry: %s', async (_, change) => {
    const lake = await lakeWith(manifestKey(manifest.version), change);
    expect(findings(await verifyDataset(lake, manifest))).toEqual([
      [manifestKey(manifest.version), 'manifest'],
    ]);
  });

  it('says in words what it found', async () => {
    const { output, text } = aScreen();
    const [file] = manifest.files;
    const lake = await lakeWith(file!.path, () => undefined);
    showVerification(await verifyDataset(lake, manifest), output);
    expect(text()).toContain(`${file!.path} is not there: expected ${file!.rows} rows, was nothing`);
    showVerification(await verifyDataset(world.store.bucket, manifest), output);
    expect(text()).toContain('is whole: 2 files');
  });
});
