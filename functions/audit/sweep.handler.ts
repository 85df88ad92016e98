import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { utcIso } from '../../shared/domain/market/indian-time.ts';
import { task } from '../../shared/observability/task.ts';

/** A record that waits longer than this lost its message; it is sent again. */
const WAIT_MS = 60_000;
const AT_ONCE = 200;

const env = readEnv(process.env, ['RECOMMENDATIONS_TABLE', 'AUDIT_BUCKET', 'TO_AUDIT_QUEUE']);
const bucket = s3ObjectStore(new S3Client(), env.AUDIT_BUCKET);
const log = dynamoAuditLog(new DynamoDBClient(), env.RECOMMENDATIONS_TABLE, bucket);
const toAudit = sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE);

export const handler = task(z.unknown(), async () => {
  const waiting = await log.waiting(utcIso(systemClock() - WAIT_MS), AT_ONCE);
  await toAudit.sendAll(waiting);
  return { sent_again: waiting.length };
});
