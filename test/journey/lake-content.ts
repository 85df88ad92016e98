import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../shared/adapters/parquet/hyparquet-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import type { Exchange } from '../../shared/domain/market/snapshot.ts';
import { rawSnapshots } from '../functions/pipeline.ts';
import { type CloudProcess, outputsOf } from './cloud-process.ts';

/** The ids of every snapshot in the registered Parquet files of a day, as often as they are there. */
export async function snapshotIdsInLake(
  { endpoint }: CloudProcess,
  exchange: Exchange,
  date: string,
): Promise<string[]> {
  Object.assign(process.env, endpoint.environment);
  const outputs = outputsOf(endpoint);
  const { region } = endpoint;
  const bucket = s3ObjectStore(new S3Client({ region }), outputs['LakeBucket']!);
  const registry = dynamoBatchRegistry(new DynamoDBClient({ region }), outputs['BatchesTable']!);
  const lake = lakeFiles(bucket, hyparquetCodec);
  // One answer sets the client's clock by the cloud's; many that are refused at once use up its retries.
  await bucket.list('none/');
  return (await rawSnapshots({ registry, lake }, exchange, date)).map(({ snapshot_id }) => snapshot_id);
}
