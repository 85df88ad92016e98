import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { snsTopic } from '../../shared/adapters/sns/topic.ts';
import { readEnv } from '../../shared/config/env.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import { sealRecords } from './seal-records.ts';

const env = readEnv(process.env, ['RECOMMENDATIONS_TABLE', 'AUDIT_BUCKET', 'RECOMMENDATION_TOPIC']);
const bucket = s3ObjectStore(new S3Client(), env.AUDIT_BUCKET);
const seal = sealRecords({
  log: dynamoAuditLog(new DynamoDBClient(), env.RECOMMENDATIONS_TABLE, bucket),
  bus: snsTopic(new SNSClient(), env.RECOMMENDATION_TOPIC),
});

export const handler = queueConsumer<AuditRef>(async (messages) => {
  const entries = await seal(messages.map((message) => message.body));
  count({ sealed: entries.length });
  return [];
});
