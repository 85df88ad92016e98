import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { LEAN, lean } from '../../shared/adapters/aws/lean-client.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBusCursor } from '../../shared/adapters/dynamodb/bus-cursor.ts';
import { ed25519Signer, newSigningKey } from '../../shared/adapters/ed25519/note-signer.ts';
import { s3LogTiles } from '../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../shared/adapters/s3/replace-object.ts';
import { snsBus } from '../../shared/adapters/sns/bus.ts';
import { sqsMessageQueue } from '../../shared/adapters/sqs/message-queue.ts';
import { ssmSecret } from '../../shared/adapters/ssm/secret.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { readEnv } from '../../shared/config/env.ts';
import { logOrigin } from '../../shared/domain/audit/checkpoint.ts';
import { logger } from '../../shared/observability/logger.ts';
import { count } from '../../shared/observability/metrics.ts';
import { queueConsumer } from '../../shared/observability/queue.ts';
import type { AuditRef } from '../../shared/ports/audit-log.ts';
import type { NoteSigner } from '../../shared/ports/note-signer.ts';
import { publishEntries } from './publish-entries.ts';
import { sealRecords } from './seal-records.ts';
import { sealWaiting } from './seal-waiting.ts';
import { setAside } from './set-aside.ts';

const env = readEnv(process.env, [
  'RECOMMENDATIONS_TABLE',
  'AUDIT_BUCKET',
  'AUDIT_KEY_PARAMETER',
  'RECOMMENDATION_TOPIC',
  'TO_ALERT_QUEUE',
]);
const s3 = new S3Client();
const bucket = s3ObjectStore(s3, env.AUDIT_BUCKET);
const dynamo = lean(new DynamoDBClient(LEAN));
const log = dynamoAuditLog(dynamo, env.RECOMMENDATIONS_TABLE, bucket);
const seal = sealRecords({
  log,
  tiles: s3LogTiles({ bucket, replace: s3ReplaceObject(s3, env.AUDIT_BUCKET), signer }),
  onTooLong: setAside({
    log,
    toAlert: sqsMessageQueue(new SQSClient(), env.TO_ALERT_QUEUE),
    onFault: (error) => logger.error('record too long for the log, not set aside', { error }),
  }),
});
const sealAll = sealWaiting({
  log,
  seal,
  clock: systemClock,
  onFault: (error) => logger.error('what waits besides was not sealed', { error }),
});
const publish = publishEntries({
  log,
  cursor: dynamoBusCursor(dynamo, env.RECOMMENDATIONS_TABLE),
  bus: snsBus(new SNSClient(), env.RECOMMENDATION_TOPIC),
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
  const entries = await sealAll(messages.map((message) => message.body));
  count({ sealed: entries.length, published: await publishNow() });
  return [];
});

/** What is sealed stays sealed, whatever has become of the bus: the sweep publishes it within a minute. */
async function publishNow(): Promise<number> {
  try {
    return await publish();
  } catch (error) {
    logger.warn('bus: entries wait in the log', { reason: (error as Error).message });
    return 0;
  }
}
