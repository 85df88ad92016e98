import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoModelRegistry } from '../../shared/adapters/dynamodb/model-registry.ts';
import { registryTexts } from '../../shared/adapters/lake/registry-export.ts';
import { PRODUCTION_TARGET } from '../../shared/domain/market/production-target.ts';
import type { ModelRegistry } from '../../shared/ports/model-registry.ts';
import type { Connection } from '../connection.ts';

/** The model registry of an environment, local or on AWS. */
export function registryOf({ environment, region, tables }: Connection): ModelRegistry {
  Object.assign(process.env, environment);
  return dynamoModelRegistry(new DynamoDBClient({ region }), tables['models'] as string);
}

/** Writes `registry.yml` and `deployments.log` into a folder, made where there is none. @returns both files */
export async function exportTo(models: ModelRegistry, folder: string): Promise<readonly string[]> {
  // Of several requests that find their clock wrong at once, the SDK sends only the first again.
  await models.livePointer('NSE', PRODUCTION_TARGET);
  const { registry, deployments } = await registryTexts(models);
  mkdirSync(folder, { recursive: true });
  const files = { 'registry.yml': registry, 'deployments.log': deployments };
  return Object.entries(files).map(([name, text]) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  });
}
