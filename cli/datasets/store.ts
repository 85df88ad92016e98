import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { dynamoDatasetRegistry } from '../../shared/adapters/dynamodb/dataset-registry.ts';
import { dynamoDaySummaries } from '../../shared/adapters/dynamodb/day-summaries.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import type { DatasetManifest } from '../../shared/domain/datasets/manifest.ts';
import { nearestVersions } from '../../shared/domain/datasets/nearest-versions.ts';
import { NotFound } from '../../shared/errors.ts';
import type { BatchRegistry } from '../../shared/ports/batch-registry.ts';
import type { DatasetRegistry } from '../../shared/ports/dataset-registry.ts';
import type { DaySummaries } from '../../shared/ports/day-summaries.ts';
import type { LakeFiles } from '../../shared/ports/lake-files.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Connection } from '../connection.ts';

/** Versions that a wrong name is compared with. */
const KNOWN_VERSIONS = 1000;

/** Where datasets and what they are made of lie, in one environment. */
export interface DatasetStore {
  readonly registry: BatchRegistry;
  readonly datasets: DatasetRegistry;
  readonly bucket: ObjectStore;
  readonly lake: LakeFiles;
  /** Earlier sessions that features look back on; undefined in what was deployed before the CLI was told of them. */
  readonly summaries?: DaySummaries | undefined;
}

/** The store of an environment, local or on AWS. */
export function datasetStore({ environment, region, tables, lakeBucket }: Connection): DatasetStore {
  Object.assign(process.env, environment);
  const dynamo = new DynamoDBClient({ region });
  const bucket = s3ObjectStore(new S3Client({ region }), lakeBucket);
  const window = tables['onlineWindow'];
  return {
    registry: dynamoBatchRegistry(dynamo, tables['batches'] as string),
    datasets: dynamoDatasetRegistry(dynamo, tables['datasets'] as string),
    bucket,
    lake: lakeFiles(bucket, hyparquetCodec),
    summaries: window === undefined ? undefined : dynamoDaySummaries(dynamo, window),
  };
}

/** The manifest of a version. @throws NotFound that names the versions most like it. */
export async function findVersion(datasets: DatasetRegistry, version: string): Promise<DatasetManifest> {
  try {
    return await datasets.version(version);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    const all = [...(await datasets.versions(KNOWN_VERSIONS)), ...(await datasets.legacyVersions())];
    const names = nearestVersions(
      version,
      all.map((summary) => summary.version),
    );
    const expected =
      names.length === 0 ? 'a registered version (there is none yet)' : `one like ${names.join(', ')}`;
    throw new NotFound(`dataset: expected ${expected}, was ${version}`, { field: 'version', cause: error });
  }
}
