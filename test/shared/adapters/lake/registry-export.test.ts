import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dynamoModelRegistry } from '../../../../shared/adapters/dynamodb/model-registry.ts';
import {
  EXPORT_KEYS,
  exportedRegistry,
  exportRegistry,
  registryTexts,
} from '../../../../shared/adapters/lake/registry-export.ts';
import { planPromotion } from '../../../../shared/domain/promotion/plan-promotion.ts';
import { Temporary } from '../../../../shared/errors.ts';
import type { ModelRegistry } from '../../../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { clientThat, MemoryDynamoDb } from '../../../contract/memory-dynamodb.ts';
import { memoryObjectStore } from '../../../contract/memory-ports.ts';
import { aHistoryRow, aModelVersion } from '../../../factories/registry.ts';

let models: ModelRegistry;
let bucket: ObjectStore;
beforeEach(() => {
  const database = new MemoryDynamoDb();
  models = dynamoModelRegistry(
    clientThat(async (command) => database.execute(command)),
    'models',
  );
  bucket = memoryObjectStore();
});

const textOf = async (key: string) => new TextDecoder().decode(await bucket.get(key));
const refusal = (reason: string) => ({
  versions: [],
  history: aHistoryRow({ event: 'refused', refusal: 'no verdict', reason }),
});

async function promoted(version: string) {
  const candidate = await models.version('NSE', 'tb15', version);
  const asked = { operator: 'asha', reason: 'better', now: '2025-12-08T06:00:00.000Z', execution: 'run:1' };
  return planPromotion({ ...asked, pointer: null, live: null, candidate, verdict: null, override: true })
    .change;
}

describe('the registry for people', () => {
  it('is written after each change of it', async () => {
    const failures: Error[] = [];
    const exported = exportedRegistry(models, bucket, (error) => failures.push(error));
    const { version } = aModelVersion();
    await exported.add(aModelVersion());
    expect(parse(await textOf(EXPORT_KEYS.registry))).toMatchObject({
      NSE: { tb15: { live: null, versions: [{ version, status: 'candidate', verdict: null }] } },
    });
    expect(await textOf(EXPORT_KEYS.deployments)).toBe('');
    await exported.put(aModelVersion({ revision: 1, status: 'approved' }));
    expect(await textOf(EXPORT_KEYS.registry)).toContain('status: approved');
    await exported.apply(await promoted(version));
    expect(parse(await textOf(EXPORT_KEYS.registry))).toMatchObject({
      NSE: { tb15: { live: { version, since: '2025-12-08T06:00:00.000Z' }, versions: [{ status: 'live' }] } },
    });
    expect(await textOf(EXPORT_KEYS.deployments)).toBe(
      `2025-12-08T06:00:00.000Z NSE tb15 promoted OVERRIDE from=- to=${version} class=logic operator="asha" reason="better" execution=run:1\n`,
    );
    await exported.apply(refusal('again'));
    expect((await textOf(EXPORT_KEYS.deployments)).trim().split('\n')).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  it('is made again from the registry alone, and is the same text', async () => {
    await models.add(aModelVersion());
    await models.add(aModelVersion({ exchange: 'BSE', target: 'dir5' }));
    await models.apply(refusal('one'));
    await exportRegistry(models, bucket);
    const first = await registryTexts(models);
    expect(await textOf(EXPORT_KEYS.registry)).toBe(first.registry);
    expect(Object.keys(parse(first.registry))).toEqual(expect.arrayContaining(['NSE', 'BSE']));
    await bucket.remove(Object.values(EXPORT_KEYS));
    await exportRegistry(models, bucket);
    expect(await textOf(EXPORT_KEYS.registry)).toBe(first.registry);
    expect(await textOf(EXPORT_KEYS.deployments)).toBe(first.deployments);
  });

  it('says what the registry says in the end, though it changes between the look and the write', async () => {
    await models.add(aModelVersion());
    let changes = 0;
    const slow: ObjectStore = {
      ...bucket,
      async put(...given) {
        if (changes++ < 2) await models.apply(refusal(`meanwhile ${changes}`));
        return bucket.put(...given);
      },
    };
    await exportRegistry(models, slow);
    expect(await textOf(EXPORT_KEYS.deployments)).toBe((await registryTexts(models)).deployments);
    expect(await textOf(EXPORT_KEYS.deployments)).toContain('meanwhile 2');
  });

  it('gives up on a registry that never stands still, and the next change writes it', async () => {
    const restless: ObjectStore = {
      ...bucket,
      async put(...given) {
        await models.apply(refusal('meanwhile'));
        return bucket.put(...given);
      },
    };
    await expect(exportRegistry(models, restless)).rejects.toMatchObject({ name: 'Conflict' });
  });

  it('never undoes a change, nor fails it', async () => {
    const broken: ObjectStore = {
      ...bucket,
      put: async () => {
        throw new Temporary('the bucket is away');
      },
    };
    const failures: string[] = [];
    const exported = exportedRegistry(models, broken, ({ message }) => failures.push(message));
    expect(await exported.add(aModelVersion())).toBe(true);
    expect(failures).toEqual(['the bucket is away']);
    expect(await models.versions('NSE', 'tb15')).toHaveLength(1);
    // A change that is refused is refused, and nothing is exported.
    await expect(exported.put(aModelVersion({ revision: 7 }))).rejects.toMatchObject({ name: 'Conflict' });
    expect(failures).toHaveLength(1);
  });
});
