import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../../shared/adapters/dynamodb/batch-registry.ts';
import { lakeFiles } from '../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../shared/adapters/parquet/table-codec.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { storedSnapshotSchema } from '../../shared/domain/market/snapshot.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { takeMessages } from './take-messages.ts';
import { writeBatches } from './write-batches.ts';

const env = readEnv(process.env, ['BATCHES_TABLE', 'LAKE_BUCKET', 'PARQUET_WRITER']);
const write = writeBatches({
  registry: dynamoBatchRegistry(new DynamoDBClient(), env.BATCHES_TABLE),
  lake: lakeFiles(s3ObjectStore(new S3Client(), env.LAKE_BUCKET), tableCodec(env.PARQUET_WRITER)),
  clock: systemClock,
});

export const handler = queueConsumer(
  takeMessages(write, ({ written, failed }) => {
    for (const { snapshotId, error } of failed)
      logger.error('snapshot not written', { snapshotId, error: error as Error });
    count({ files: written.length, snapshots: written.reduce((sum, row) => sum + row.snapshots, 0) });
  }),
  storedSnapshotSchema,
);
