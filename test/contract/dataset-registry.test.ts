import { createHash } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import { aManifest } from '../factories/manifest.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from './embedded-cloud.ts';

let cloud: EmbeddedCloud;
let registry: DatasetRegistry;
beforeAll(async () => {
  cloud = await startEmbeddedCloud();
});
beforeEach(async () => {
  registry = dynamoDatasetRegistry(cloud.dynamodb, await cloud.table());
});
afterAll(() => cloud.stop());

const addAll = async (versions: readonly string[]) => {
  for (const version of versions) await registry.add(aManifest({ version }));
};
const versionsOf = (manifests: readonly { version: string }[]) => manifests.map(({ version }) => version);

describe('DatasetRegistry on DynamoDB', () => {
  it('gives back a manifest to the last digit', async () => {
    await registry.add(aManifest());
    expect(await registry.version('2025-12-04')).toEqual(aManifest());
  });

  it('never changes a version', async () => {
    await registry.add(aManifest());
    const other = aManifest({ content_hash: 'c'.repeat(64) });
    await expect(registry.add(other)).rejects.toMatchObject({ name: 'Conflict' });
    expect((await registry.version('2025-12-04')).content_hash).toBe(aManifest().content_hash);
  });

  it('lets one of two racing adds win', async () => {
    const race = await Promise.allSettled([registry.add(aManifest()), registry.add(aManifest())]);
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('says NotFound with the version', async () => {
    await expect(registry.version('2025-12-05.2')).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('2025-12-05.2'),
    });
  });

  it('orders the versions of a day as they count: .10 after .9', async () => {
    const day = ['2025-12-04', ...Array.from({ length: 10 }, (_, at) => `2025-12-04.${at + 2}`)];
    await addAll(['2025-12-03', ...day, '2025-12-05'].reverse());
    expect(versionsOf(await registry.versionsOf('2025-12-04'))).toEqual(day);
    expect(versionsOf(await registry.versions(3))).toEqual(['2025-12-05', '2025-12-04.11', '2025-12-04.10']);
    expect((await registry.version('2025-12-04.10')).version).toBe('2025-12-04.10');
  });

  it('has no versions for a day without any', async () => {
    await addAll(['2025-12-04']);
    expect(await registry.versionsOf('2025-12-03')).toEqual([]);
  });

  it('holds a year of four exchanges, and lists it without its files', async () => {
    const [file] = aManifest().files;
    const files = Array.from({ length: 2000 }, (_, at) => {
      const sha256 = createHash('sha256').update(String(at)).digest('hex');
      return {
        ...file!,
        sha256,
        path: `features/set=tracker-v2/exchange=NSE/${sha256.slice(0, 16)}.parquet`,
      };
    });
    await registry.add(aManifest({ files }));
    expect(await registry.version('2025-12-04')).toEqual(aManifest({ files }));
    const summary = { ...aManifest(), files: 2000 };
    expect(await registry.versions(1)).toEqual([summary]);
    expect(await registry.versionsOf('2025-12-04')).toEqual([summary]);
  });

  it('keeps imported versions apart', async () => {
    const legacy = aManifest({ version: 'legacy-7', legacy: true, origin: 'tracker' });
    await registry.add(legacy);
    await addAll(['2025-12-04']);
    expect(versionsOf(await registry.versions(9))).toEqual(['2025-12-04']);
    expect(await registry.legacyVersions()).toEqual([{ ...legacy, files: legacy.files.length }]);
    expect(await registry.version('legacy-7')).toEqual(legacy);
  });

  it('reads versions from before the files had an item of their own', async () => {
    const name = await cloud.table();
    const { windows: _w, policy: _p, left_out: _l, origin: _o, legacy: _g, ...old } = aManifest();
    const item = { pk: 'dataset', sk: old.version, manifest: JSON.stringify(old) };
    await cloud.dynamodb.send(new PutItemCommand({ TableName: name, Item: marshall(item) }));
    const older = dynamoDatasetRegistry(cloud.dynamodb, name);
    expect(await older.version(old.version)).toEqual(aManifest());
    expect(await older.versions(1)).toEqual([{ ...aManifest(), files: 1 }]);
  });
});
