import { gunzipSync, gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type DatasetManifest,
  type DatasetSummary,
  datasetManifestSchema,
  datasetSummarySchema,
  summaryOf,
} from '../../domain/datasets/manifest.ts';
import { NotFound } from '../../errors.ts';
import type { DatasetRegistry } from '../../ports/dataset-registry.ts';
import { ABSENT, DynamoTable, type Item, recordOf } from './table.ts';

const VERSIONS = 'dataset';
const LEGACY_VERSIONS = 'legacy';
const FILES = 'files';
/** Sorts after every `.N` of a day. */
const END_OF_DAY = '/';
const NUMBER_DIGITS = 6;

interface SummaryRecord {
  readonly summary: string;
}
interface FilesRecord {
  readonly files_gz: Uint8Array;
}

/**
 * The `datasets` table. Key: `dataset` / version with its number in six digits (`2025-12-04.000002`), so that they
 * sort as they count; `legacy` / version for imported ones. The item holds the summary as JSON text, which stays as it
 * was written. Its files stand gzipped under `files` / the same sort key: a year of four exchanges has 2,000 of them,
 * more as text than an item may hold, and a list of versions does not want them.
 */
export function dynamoDatasetRegistry(client: DynamoDBClient, tableName: string): DatasetRegistry {
  const table = new DynamoTable(client, tableName);
  return {
    async add(manifest) {
      const sk = sortKey(manifest.version);
      const { version, content_hash, created_at } = manifest;
      const summary = JSON.stringify(summaryOf(manifest));
      const files_gz = gzipSync(JSON.stringify(manifest.files));
      const puts = [
        table.putInTransaction(
          { pk: partitionOf(version), sk, version, content_hash, created_at, summary },
          ABSENT,
        ),
        table.putInTransaction({ pk: FILES, sk, version, files_gz }, ABSENT),
      ];
      await table.transact(puts, `add dataset ${version}`);
    },
    async version(version) {
      const sk = sortKey(version);
      const [summary, files] = await Promise.all([table.get(partitionOf(version), sk), table.get(FILES, sk)]);
      if (summary !== undefined && 'manifest' in summary) return wholeManifest(summary);
      if (summary === undefined || files === undefined) {
        throw new NotFound(`dataset: expected a registered version, was ${version}`);
      }
      return manifestOf(summary, files);
    },
    async versions(limit) {
      return (await table.query({ pk: VERSIONS, newestFirst: true, limit })).map(summaryIn);
    },
    async versionsOf(date) {
      return (await table.query({ pk: VERSIONS, from: date, to: `${date}${END_OF_DAY}` })).map(summaryIn);
    },
    async legacyVersions() {
      return (await table.query({ pk: LEGACY_VERSIONS })).map(summaryIn);
    },
  };
}

function summaryIn(item: Item): DatasetSummary {
  if ('manifest' in item) return summaryOf(wholeManifest(item));
  return datasetSummarySchema.parse(JSON.parse(recordOf<SummaryRecord>(item).summary));
}

/** Versions that were made before the files had an item of their own hold the whole manifest. */
function wholeManifest(item: Item): DatasetManifest {
  return datasetManifestSchema.parse(JSON.parse(String(item['manifest'])));
}

function manifestOf(summary: Item, files: Item): DatasetManifest {
  const list = JSON.parse(gunzipSync(recordOf<FilesRecord>(files).files_gz).toString());
  return datasetManifestSchema.parse({ ...summaryIn(summary), files: list });
}

function partitionOf(version: string): string {
  return version.startsWith('legacy-') ? LEGACY_VERSIONS : VERSIONS;
}

function sortKey(version: string): string {
  const [date, number] = version.split('.');
  return number === undefined ? version : `${date}.${number.padStart(NUMBER_DIGITS, '0')}`;
}
