import { S3Client } from '@aws-sdk/client-s3';
import { s3ReplaceObject } from '../../shared/adapters/s3/replace-object.ts';
import { readEnv } from '../../shared/config/env.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import { archiveEntries } from './archive-entries.ts';

const env = readEnv(process.env, ['LAKE_BUCKET']);
const archive = archiveEntries({
  replace: s3ReplaceObject(new S3Client(), env.LAKE_BUCKET),
  onFault: (error, messages) => logger.error('entries not archived', { messages, error }),
});

export const handler = queueConsumer<unknown>(async (messages) => {
  const failed = await archive(messages);
  count({ archived: messages.length - failed.length });
  return failed;
});
