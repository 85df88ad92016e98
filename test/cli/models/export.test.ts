import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { exportTo } from '../../../cli/models/export.ts';
import { dynamoModelRegistry } from '../../../shared/adapters/dynamodb/model-registry.ts';
import { registryTexts } from '../../../shared/adapters/lake/registry-export.ts';
import { clientThat, MemoryDynamoDb } from '../../contract/memory-dynamodb.ts';
import { aHistoryRow, aModelVersion } from '../../factories/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes the registry into a folder that it makes', async () => {
  const database = new MemoryDynamoDb();
  const models = dynamoModelRegistry(
    clientThat(async (command) => database.execute(command)),
    'models',
  );
  await models.add(aModelVersion());
  await models.apply({ versions: [], history: aHistoryRow({ event: 'refused', refusal: 'no verdict' }) });
  const files = await exportTo(models, join(folder, 'a', 'b'));
  expect(files).toEqual(['registry.yml', 'deployments.log'].map((name) => join(folder, 'a', 'b', name)));
  const texts = await registryTexts(models);
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual([texts.registry, texts.deployments]);
  expect(texts.registry).toContain(aModelVersion().version);
});
