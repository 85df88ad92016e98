import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { ed25519Signer, newSigningKey } from '../../shared/adapters/ed25519/note-signer.ts';
import { s3LogTiles } from '../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../shared/adapters/s3/replace-object.ts';
import { snsTopic } from '../../shared/adapters/sns/topic.ts';
import { ssmSecret } from '../../shared/adapters/ssm/secret.ts';
import { readEnv } from '../../shared/config/env.ts';
import { logOrigin } from '../../shared/domain/audit/checkpoint.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { NoteSigner } from '../../shared/ports/note-signer.ts';
import { sealRecords } from './seal-records.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'AUDIT_BUCKET',
  'AUDIT_KEY_PARAMETER',
  'RECOMMENDATION_TOPIC',
]);
const s3 = new S3Client();
const bucket = s3ObjectStore(s3, env.AUDIT_BUCKET);
const seal = sealRecords({
  log: dynamoAuditLog(new DynamoDBClient(), env.RECOMMENDATIONS_TABLE, bucket),
  tiles: s3LogTiles({ bucket, replace: s3ReplaceObject(s3, env.AUDIT_BUCKET), signer }),
  bus: snsTopic(new SNSClient(), env.RECOMMENDATION_TOPIC),
});

let known: NoteSigner | undefined;

/** The signing key is read once; it never changes. */
async function signer(): Promise<NoteSigner> {
  known ??= ed25519Signer(
    logOrigin(env.AUDIT_BUCKET),
    await ssmSecret(new SSMClient(), env.AUDIT_KEY_PARAMETER, newSigningKey),
  );
  return known;
}

export const handler = queueConsumer<AuditRef>(async (messages) => {
  const entries = await seal(messages.map((message) => message.body));
  count({ sealed: entries.length });
  return [];
});
