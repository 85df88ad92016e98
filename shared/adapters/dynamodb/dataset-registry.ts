import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { datasetManifestSchema } from '../../domain/datasets/manifest.ts';
import { NotFound } from '../../errors.ts';
import type { DatasetRegistry } from '../../ports/dataset-registry.ts';
import { ABSENT, DynamoTable, type Item, recordOf } from './table.ts';

const PARTITION = 'dataset';
/** Sorts after every `.N` of a day. */
const END_OF_DAY = '/';
const NUMBER_DIGITS = 6;

/**
 * The `datasets` table. Key: `dataset` / version with its number in six digits (`2025-12-04.000002`), so that they
 * sort as they count; the manifest as JSON text, which stays as it was written.
 */
export function dynamoDatasetRegistry(client: DynamoDBClient, tableName: string): DatasetRegistry {
  const table = new DynamoTable(client, tableName);
  const manifestOf = (item: Item) =>
    datasetManifestSchema.parse(JSON.parse(recordOf<{ manifest: string }>(item).manifest));
  return {
    async add(manifest) {
      const summary = { version: manifest.version, content_hash: manifest.content_hash };
      const item = {
        pk: PARTITION,
        sk: sortKey(manifest.version),
        ...summary,
        manifest: JSON.stringify(manifest),
      };
      await table.put(item, ABSENT);
    },
    async version(version) {
      const item = await table.get(PARTITION, sortKey(version));
      if (item === undefined) throw new NotFound(`dataset: expected a registered version, was ${version}`);
      return manifestOf(item);
    },
    async versions(limit) {
      return (await table.query({ pk: PARTITION, newestFirst: true, limit })).map(manifestOf);
    },
    async versionsOf(date) {
      return (await table.query({ pk: PARTITION, from: date, to: `${date}${END_OF_DAY}` })).map(manifestOf);
    },
  };
}

function sortKey(version: string): string {
  const [date, number] = version.split('.');
  return number === undefined ? version : `${date}.${number.padStart(NUMBER_DIGITS, '0')}`;
}
