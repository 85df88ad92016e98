import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { LOG_PREFIX, logReader } from '../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import type { LogHead } from '../../shared/domain/audit/log-entry.ts';
import { NotFound } from '../../shared/errors.ts';
import type { LogTiles } from '../../shared/ports/log-tiles.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import type { Connection } from '../connection.ts';

/** A log to be read, and where it lies in words. */
export interface LogSource {
  readonly where: string;
  readonly files: Pick<ObjectStore, 'get'>;
  readonly log: Pick<LogTiles, 'read' | 'checkpoint' | 'verifierKey'>;
  /** What the environment's table says of the log's end; undefined for a copy, which knows nothing but itself. */
  readonly head?: () => Promise<LogHead>;
}

/** A copy of the log in a folder: what lies below `log/` in the bucket. @throws NotFound when the folder is none. */
export function folderSource(folder: string): LogSource {
  if (!existsSync(join(folder, 'checkpoint'))) {
    throw new NotFound(
      `--from: expected a copy of an audit log with its checkpoint, was ${folder}; ./oi audit copy FOLDER makes one`,
      { field: 'from' },
    );
  }
  const files: LogSource['files'] = {
    async get(key) {
      const file = join(folder, key.slice(LOG_PREFIX.length));
      if (!existsSync(file)) throw new NotFound(`${file}: expected a file of the log, was none`);
      return Uint8Array.from(readFileSync(file));
    },
  };
  return { where: folder, files, log: logReader(files) };
}

/** The audit log of an environment, local or on AWS. */
export function environmentSource(connection: Connection): LogSource & { readonly bucket: ObjectStore } {
  const { environment, region, auditBucket, tables, name } = connection;
  Object.assign(process.env, environment);
  const bucket = s3ObjectStore(new S3Client({ region }), auditBucket);
  const table = tables['recommendations'] as string;
  const { head } = dynamoAuditLog(new DynamoDBClient({ region }), table, bucket);
  return { where: `environment ${name}`, files: bucket, log: logReader(bucket), bucket, head };
}
