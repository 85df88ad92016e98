import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBusCursor } from '../../shared/adapters/dynamodb/bus-cursor.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { snsBus } from '../../shared/adapters/sns/bus.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { task } from '../../shared/observability/task.ts';
import { publishEntries } from './publish-entries.ts';
import { sweepRecords } from './sweep-records.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'AUDIT_BUCKET',
  'TO_AUDIT_QUEUE',
  'RECOMMENDATION_TOPIC',
]);
const bucket = s3ObjectStore(new S3Client(), env.AUDIT_BUCKET);
const dynamo = new DynamoDBClient();
const log = dynamoAuditLog(dynamo, env.RECOMMENDATIONS_TABLE, bucket);
const sweep = sweepRecords({
  log,
  toAudit: sqsMessageQueue(new SQSClient(), env.TO_AUDIT_QUEUE),
  clock: systemClock,
  publish: publishEntries({
    log,
    cursor: dynamoBusCursor(dynamo, env.RECOMMENDATIONS_TABLE),
    bus: snsBus(new SNSClient(), env.RECOMMENDATION_TOPIC),
  }),
});

export const handler = task(z.unknown(), () => sweep());
