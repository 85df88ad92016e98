import { bookTrade } from '../../../functions/audit/book-trade.ts';
import { publishEntries } from '../../../functions/audit/publish-entries.ts';
import { reportTrade } from '../../../functions/audit/report-trade.ts';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBusCursor } from '../../../shared/adapters/dynamodb/bus-cursor.ts';
import { dynamoOnlineWindow } from '../../../shared/adapters/dynamodb/online-window.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { dynamoRiskStore } from '../../../shared/adapters/dynamodb/risk-store.ts';
import { ed25519Signer, newSigningKey } from '../../../shared/adapters/ed25519/note-signer.ts';
import { s3LogTiles } from '../../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../../shared/adapters/s3/replace-object.ts';
import { snsBus } from '../../../shared/adapters/sns/bus.ts';
import { sqsMessageQueue } from '../../../shared/adapters/sqs/message-queue.ts';
import { exchangesRules } from '../../../shared/config/exchanges.ts';
import { optionPolicy } from '../../../shared/config/execution.ts';
import { readBusEntry } from '../../../shared/domain/audit/bus-entry.ts';
import { logOrigin } from '../../../shared/domain/audit/checkpoint.ts';
import type { AuditEntry } from '../../../shared/domain/audit/log-entry.ts';
import { utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../../shared/domain/scoring/recommendation.ts';
import type { AuditRef } from '../../../shared/ports/audit-log.ts';
import { type EmbeddedCloud, START_MS } from '../../contract/embedded-cloud.ts';
import { aRecommendation } from '../../factories/recommendation.ts';

/** The audit stage on a table, a locked bucket, a queue and a topic of its own; the topic is heard by a queue. */
export async function auditWorld(cloud: EmbeddedCloud) {
  const [auditUrl, busUrl] = [cloud.queue(), cloud.queue()];
  const { sns, sqs } = cloud.services;
  const busName = busUrl.split('/').at(-1) as string;
  const { arn: topicArn } = sns.createTopic({ name: `bus-${busName}` });
  sns.subscribe({ topicArn, protocol: 'sqs', endpoint: sqs.queue(busName).arn, rawMessageDelivery: true });
  const table = await cloud.table();
  const bucketName = cloud.bucket();
  const bucket = s3ObjectStore(cloud.s3, bucketName);
  const signer = ed25519Signer(logOrigin(bucketName), newSigningKey());
  const replace = s3ReplaceObject(cloud.s3, bucketName);
  const store = dynamoRecommendationStore(cloud.dynamodb, table);
  const log = dynamoAuditLog(cloud.dynamodb, table, bucket);
  const cursor = dynamoBusCursor(cloud.dynamodb, table);
  const bus = snsBus(cloud.sns, topicArn);
  const time = { nowMs: START_MS };
  const risk = dynamoRiskStore(cloud.dynamodb, await cloud.table());
  const window = dynamoOnlineWindow(cloud.dynamodb, await cloud.table());
  const clock = () => time.nowMs;
  const { contracts } = optionPolicy();
  const book = bookTrade({ store, risk, window, contracts, rules: exchangesRules(), clock });
  return {
    bucket,
    store,
    log,
    table,
    signer,
    replace,
    tiles: s3LogTiles({ bucket, replace, signer: async () => signer }),
    time,
    bus,
    cursor,
    publish: publishEntries({ log, cursor, bus }),
    risk,
    window,
    book,
    trade: reportTrade({ store, toAudit: sqsMessageQueue(cloud.sqs, auditUrl), book, clock }),
    auditMessages: () => cloud.drain(auditUrl) as AuditRef[],
    /** The entries that the bus carried, as often as it did. */
    async heard(): Promise<AuditEntry[]> {
      await cloud.clock.advanceTo(cloud.clock.nowMs());
      return cloud.drain(busUrl).map(readBusEntry);
    },
    /** Every entry of every part, in the order of their keys. */
    async entries(): Promise<AuditEntry[]> {
      const keys = await bucket.list('log/parts/');
      const parts = await Promise.all(keys.map((key) => log.part(Number(/(\d+)\.jsonl$/.exec(key)?.[1]))));
      return parts.flat();
    },
    /** Stores recommendations of successive minutes and gives their references. */
    async recommended(count: number, from = 0): Promise<{ made: Recommendation[]; refs: AuditRef[] }> {
      const made = Array.from({ length: count }, (_, at) =>
        aRecommendation({ timestamp: utcIso(START_MS + (from + at) * 60_000) }),
      );
      for (const one of made) await store.add(one);
      return { made, refs: made.map(({ id }) => ({ kind: 'recommendation', id })) };
    },
  };
}

export type AuditWorld = Awaited<ReturnType<typeof auditWorld>>;
