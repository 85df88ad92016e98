import { beforeAll, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../../shared/adapters/dynamodb/audit-log.ts';
import { dynamoBusCursor } from '../../../shared/adapters/dynamodb/bus-cursor.ts';
import { dynamoRecommendationStore } from '../../../shared/adapters/dynamodb/recommendation-store.ts';
import { ed25519Signer, newSigningKey } from '../../../shared/adapters/ed25519/note-signer.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { s3ReplaceObject } from '../../../shared/adapters/s3/replace-object.ts';
import { logger } from '../../../shared/observability/logger.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { clientThat, MemoryDynamoDb } from '../../contract/memory-dynamodb.ts';
import { memoryObjectStore, memoryReplaceObject } from '../../contract/memory-ports.ts';
import type { Fault } from '../batch/faulty-process.ts';
import type { Kept } from './crash-world.ts';
import { type Played, playCrashes } from './play-crashes.ts';

/** `CRASH_SCHEDULES=50000` plays more of them. */
const SCHEDULES = Number(process.env['CRASH_SCHEDULES'] ?? 1200);
/** `CRASH_SEED=417` plays that schedule alone. */
const ONE_SEED = process.env['CRASH_SEED'];
const FAULT_RATE = 0.06;
const FAULTS: readonly Fault[] = [
  'fails before',
  'its answer is lost',
  'crash before',
  'crash after',
  'asked again',
];
/** Whether a read was carried out before its process died is the same to everybody. */
const FAULTS_OF_READS: readonly Fault[] = ['fails before', 'crash before'];
const WRITES = [
  'add',
  'addTrade',
  'sendAll',
  'put',
  'putPart',
  'write',
  'replace',
  'publish',
  'advance',
  'publishAll',
  'move',
];
/** The schedule whose every call is tried: two trackers, the queue, trades, both sealers and a sweep take part. */
const EXHAUSTIVE_SEED = 11;

const signer = ed25519Signer('oi-loop/audit/crashes', newSigningKey());

beforeAll(() => logger.setLogLevel('SILENT'));

/** The deployed adapters over a table and buckets in memory. */
function inMemory(): Kept {
  const database = new MemoryDynamoDb();
  const client = clientThat(async (command) => {
    await undefined;
    return database.execute(command);
  });
  const [audit, lake] = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
  return {
    store: dynamoRecommendationStore(client, 'recommendations'),
    logOver: (bucket) => dynamoAuditLog(client, 'recommendations', bucket as ObjectStore),
    cursor: dynamoBusCursor(client, 'recommendations'),
    auditBucket: memoryObjectStore(() => 0, audit),
    replaceInAudit: memoryReplaceObject(audit),
    lake: memoryObjectStore(() => 0, lake),
    replaceInLake: memoryReplaceObject(lake),
    signer,
  };
}

async function inCloud(cloud: EmbeddedCloud): Promise<Kept> {
  const [table, audit, lake] = [await cloud.table(), cloud.bucket(), cloud.bucket()];
  return {
    store: dynamoRecommendationStore(cloud.dynamodb, table),
    logOver: (bucket) => dynamoAuditLog(cloud.dynamodb, table, bucket as ObjectStore),
    cursor: dynamoBusCursor(cloud.dynamodb, table),
    auditBucket: s3ObjectStore(cloud.s3, audit),
    replaceInAudit: s3ReplaceObject(cloud.s3, audit),
    lake: s3ObjectStore(cloud.s3, lake),
    replaceInLake: s3ReplaceObject(cloud.s3, lake),
    signer,
  };
}

/** No fault but one, of the call with that number. */
function oneFault(at: number, fault: Fault | undefined) {
  const seen = { calls: 0, methods: [] as string[] };
  const choose = (method: string) => {
    seen.methods.push(method);
    return seen.calls++ === at ? fault : undefined;
  };
  return { seen, choose };
}

describe('from an answer to its archive, with crashes', () => {
  it('audits and archives every answer once, whichever call fails, is lost, asked again, or kills its process', {
    timeout: 240_000,
  }, async () => {
    const fine = oneFault(-1, undefined);
    const { entries } = await playCrashes(inMemory(), EXHAUSTIVE_SEED, { faultRate: 0, choose: fine.choose });
    expect(entries).toBeGreaterThan(3);
    const written = [
      'add',
      'addTrade',
      'sendAll',
      'put',
      'putPart',
      'replace',
      'advance',
      'publishAll',
      'move',
    ];
    expect(fine.seen.methods).toEqual(expect.arrayContaining(written));
    for (let at = 0; at < fine.seen.calls; at++) {
      for (const fault of WRITES.includes(fine.seen.methods[at]!) ? FAULTS : FAULTS_OF_READS) {
        const { choose } = oneFault(at, fault);
        const { faults } = await playCrashes(inMemory(), EXHAUSTIVE_SEED, { faultRate: 0, choose });
        expect(faults, `${fault} of call ${at}`).toBeGreaterThan(0);
      }
    }
  });

  it(`does so in ${SCHEDULES} schedules of many crashes`, { timeout: 60_000 + 100 * SCHEDULES }, async () => {
    const seeds =
      ONE_SEED === undefined ? Array.from({ length: SCHEDULES }, (_, seed) => seed) : [Number(ONE_SEED)];
    const played: Played[] = [];
    for (const seed of seeds) played.push(await playCrashes(inMemory(), seed, { faultRate: FAULT_RATE }));
    if (ONE_SEED !== undefined) return;
    // The weather must really have been bad, and something must have been at stake.
    const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0);
    expect(sum(({ faults }) => faults)).toBeGreaterThan(5 * SCHEDULES);
    expect(sum(({ answers }) => answers)).toBeGreaterThan(2 * SCHEDULES);
    expect(sum(({ entries }) => entries)).toBeGreaterThanOrEqual(sum(({ answers }) => answers));
    expect(sum(({ unhinted }) => unhinted)).toBeGreaterThan(SCHEDULES / 2);
    expect(sum(({ redriven }) => Math.min(1, redriven))).toBeGreaterThan(0);
  });

  it('does so in 6 schedules on the embedded cloud', { timeout: 120_000 }, async () => {
    const cloud = await startEmbeddedCloud();
    try {
      for (let seed = 0; seed < 6; seed++) {
        await playCrashes(await inCloud(cloud), seed, { faultRate: FAULT_RATE });
      }
    } finally {
      await cloud.stop();
    }
  });
});
