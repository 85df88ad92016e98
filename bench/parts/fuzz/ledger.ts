import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { dynamoBatchRegistry } from '../../../shared/adapters/dynamodb/batch-registry.ts';
import { logReader } from '../../../shared/adapters/s3/log-tiles.ts';
import { s3ObjectStore } from '../../../shared/adapters/s3/object-store.ts';
import { readCheckpoint, readVerifierKey } from '../../../shared/domain/audit/checkpoint.ts';
import { recordName } from '../../../shared/domain/audit/log-entry.ts';
import { bundleEntries } from '../../../shared/domain/audit/merkle/entry-bundle.ts';
import { TILE_WIDTH } from '../../../shared/domain/audit/merkle/tile-path.ts';
import { acceptSnapshots } from '../../../shared/domain/market/accept.ts';
import { epochMs, sessionDate, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { Exchange, StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { type CloudProcess, outputsOf } from '../../../test/journey/cloud-process.ts';
import { snapshotIdsInLake } from '../../../test/journey/lake-content.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** What the API said it took, so that afterwards nothing else may be found, and nothing of it missing. */
export interface Ledger {
  /** Writes down what an answer promises. @returns what is wrong with the answer, or undefined. */
  note(request: WireRequest, answer: WireAnswer, nowMs: number): string | undefined;
  readonly snapshots: ReadonlyMap<string, StoredSnapshot>;
  /** Asked to be scored with the question: theirs is a place in the lake too. */
  readonly questioned: ReadonlyMap<string, StoredSnapshot>;
  /** Names in the audit log. */
  readonly records: ReadonlySet<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies and answers are read as they come
type Json = any;
type Note = (body: Json, answer: Json, backfill: boolean, nowMs: number) => string | undefined;

export function openLedger(): Ledger {
  const snapshots = new Map<string, StoredSnapshot>();
  const questioned = new Map<string, StoredSnapshot>();
  const records = new Set<string>();
  const notes: Readonly<Record<string, Note>> = {
    '/v1/snapshots': (body, answer, backfill, nowMs) => {
      const { accepted } = acceptSnapshots(body, { recordedAt: utcIso(nowMs), backfill });
      for (const one of accepted) snapshots.set(one.snapshot_id, one);
      if (accepted.length === answer.accepted) return undefined;
      return `expected ${accepted.length} accepted, was ${answer.accepted}`;
    },
    '/v1/score': (body, answer, _, nowMs) => {
      if (body.probe === true) return undefined;
      records.add(`recommendation ${answer.id}`);
      if (body.snapshot === undefined || Array.isArray(body.snapshot)) return undefined;
      const { accepted } = acceptSnapshots(body.snapshot, { recordedAt: utcIso(nowMs), backfill: false });
      for (const one of accepted) questioned.set(one.snapshot_id, one);
      return undefined;
    },
    '/v1/trades': (body, answer) => {
      records.add(nameOf({ ...body, ...answer, timestamp: body.timestamp }));
      return answer.trade_id === body.trade_id
        ? undefined
        : `expected trade ${body.trade_id}, was ${answer.trade_id}`;
    },
  };
  return {
    snapshots,
    questioned,
    records,
    note(request, answer, nowMs) {
      const take = request.method === 'POST' && answer.status < 300 ? notes[request.path] : undefined;
      return take?.(bodyOf(request), JSON.parse(answer.text), request.query.includes('backfill=true'), nowMs);
    },
  };
}

function bodyOf({ body, headers }: WireRequest): unknown {
  const bytes = Buffer.from(body ?? []);
  const isPacked = headers['content-type'] === 'application/gzip' || headers['content-encoding'] === 'gzip';
  return JSON.parse(String(isPacked ? gunzipSync(bytes) : bytes));
}

/** What is in the lake, as often as it is there, and in the audit log. */
export interface Kept {
  readonly snapshots: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** Reads all of it. Messages that are still on their way are not in it. */
export async function keptIn(cloud: CloudProcess): Promise<Kept> {
  const { bucket, registry } = clients(cloud);
  const written = await bucket.list('raw/');
  const days = new Set(
    written.map((key) => /exchange=([^/]+)\/date=([^/]+)\//.exec(key)?.slice(1).join(' ')),
  );
  const snapshots: string[] = [];
  for (const day of days) {
    const [exchange, date] = (day ?? '').split(' ') as [Exchange, string];
    // Files that nobody registered are read by nobody.
    if ((await registry.snapshotCount(exchange, date)) === 0) continue;
    snapshots.push(...(await snapshotIdsInLake(cloud, exchange, date)));
  }
  return { snapshots, records: await logged(cloud) };
}

/** Differences between what was taken since `before` and what was kept; empty when they are the same. */
export function differences(before: Kept, after: Kept, ledger: Ledger): string[] {
  return [...inLake(before, after, ledger), ...inLog(before, after, ledger)];
}

function inLake(before: Kept, after: Kept, { snapshots, questioned }: Ledger): string[] {
  const known = new Set([...before.snapshots, ...snapshots.keys(), ...questioned.keys()]);
  const found = new Set(after.snapshots);
  const missing = [...snapshots.keys()].filter((id) => !found.has(id));
  const unknown = [...found].filter((id) => !known.has(id));
  const twice = after.snapshots.length - found.size;
  return [
    ...missing.map(
      (id) => `snapshot ${id} of ${dayOf(snapshots.get(id)!)} was accepted and is not in the lake`,
    ),
    ...unknown.map((id) => `snapshot ${id} is in the lake and was never accepted`),
    ...(twice > 0 ? [`${twice} snapshots are in the lake twice`] : []),
  ];
}

function inLog(before: Kept, after: Kept, { snapshots, questioned, records }: Ledger): string[] {
  const live = new Set(
    [...snapshots.values(), ...questioned.values()].map((one) => `${one.exchange} ${minute(one.timestamp)}`),
  );
  const earlier = new Set(before.records.filter((one) => one['timestamp'] !== undefined).map(nameOf));
  const found = new Set<string>();
  const wrong: string[] = [];
  for (const record of after.records) {
    // What operators did and said is logged too, and is no answer and no trade.
    if (record['scope'] !== undefined || record['label'] !== undefined) continue;
    const name = nameOf(record);
    if (found.has(name)) wrong.push(`${name} is in the audit log twice`);
    found.add(name);
    // Each live moment is scored by itself, without a request.
    const isOwn =
      record['trade_id'] === undefined &&
      live.has(`${record['exchange']} ${minute(String(record['timestamp']))}`);
    if (!records.has(name) && !earlier.has(name) && !isOwn)
      wrong.push(`${name} is in the audit log and was never accepted`);
  }
  const missing = [...records].filter((name) => !found.has(name));
  return [...wrong, ...missing.map((name) => `${name} was answered and is not in the audit log`)];
}

async function logged(cloud: CloudProcess): Promise<Readonly<Record<string, unknown>>[]> {
  const log = logReader(clients(cloud).audit);
  const [note, key] = [await log.checkpoint(), await log.verifierKey()];
  if (note === undefined || key === undefined) return [];
  const { size } = readCheckpoint(note, readVerifierKey(key)).checkpoint;
  const records: Readonly<Record<string, unknown>>[] = [];
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - first);
    const bundle = await log.read({ level: 'entries', index: first / TILE_WIDTH, width });
    for (const entry of bundleEntries(bundle ?? new Uint8Array())) {
      records.push(JSON.parse(new TextDecoder().decode(entry)));
    }
  }
  return records;
}

/** One moment may be written in several zones. */
function nameOf(record: Readonly<Record<string, unknown>>): string {
  return recordName({ ...record, timestamp: utcIso(epochMs(String(record['timestamp']))) });
}

function clients({ endpoint }: CloudProcess) {
  Object.assign(process.env, endpoint.environment);
  const { region } = endpoint;
  const outputs = outputsOf(endpoint);
  const s3 = new S3Client({ region });
  return {
    bucket: s3ObjectStore(s3, outputs['LakeBucket'] as string),
    audit: s3ObjectStore(s3, outputs['AuditBucket'] as string),
    registry: dynamoBatchRegistry(new DynamoDBClient({ region }), outputs['BatchesTable'] as string),
  };
}

function dayOf({ exchange, timestamp }: StoredSnapshot): string {
  return `${exchange} ${sessionDate(epochMs(timestamp))}`;
}

function minute(timestamp: string): string {
  return utcIso(epochMs(timestamp)).slice(0, 16);
}
