import { dynamoModelRegistry } from '../../../../shared/adapters/dynamodb/model-registry.ts';
import { contentHash } from '../../../../shared/domain/lake/content-hash.ts';
import { planPromotion } from '../../../../shared/domain/promotion/plan-promotion.ts';
import type { ModelVersion } from '../../../../shared/domain/promotion/registry.ts';
import { NotFound } from '../../../../shared/errors.ts';
import type { ModelRegistry } from '../../../../shared/ports/model-registry.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { clientThat, MemoryDynamoDb } from '../../../contract/memory-dynamodb.ts';
import { aBundle } from '../../../factories/bundle.ts';
import type { Actor } from './scheduler.ts';

export const TABLE = 'models';
export const START_MS = Date.UTC(2026, 2, 2, 12);

type Objects = Map<string, Uint8Array>;

/** A version with its files; its threshold for BUY tells it from the others. */
export interface Registered {
  readonly row: ModelVersion;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly threshold: number;
}

/** Four versions: two that passed, one that the gate refused, and one that is not there yet. */
export const [A, B, REFUSED, COMING] = [0.51, 0.52, 0.53, 0.54].map((threshold, at): Registered => {
  const decision = { thresholds: { buy: threshold, sell: 0.6 }, win_rate: null, payoff: null, trades: 0 };
  const feature = { name: 'vix', mean: 1, standard_deviation: 1, edges: [], fractions: [1] };
  const reference = {
    schema: 1,
    rows: 1,
    features: [{ ...feature, missing: 0, positive_infinity: 0, negative_infinity: 0 }],
  };
  const files = { 'decision.json': decision, 'reference.json': reference, 'model.onnx': `graph ${at}` };
  const { row, files: bytes } = aBundle(files);
  return { row, files: bytes, threshold };
}) as [Registered, Registered, Registered, Registered];

const encoder = new TextEncoder();

/** A verdict on a version, and where it lies. */
export function verdictOn(
  { exchange, target, version, bundle_hash }: ModelVersion,
  pass: boolean,
  note = '',
) {
  const failed = pass ? [] : ['sharpe'];
  const text = JSON.stringify({ exchange, target, version, bundle_hash, pass, failed, note });
  const bytes = encoder.encode(text);
  const binding = { exchange, target, version, bundle_hash, pass, failed };
  return { binding, bytes, key: `reports/${version}/verdict${note}.json`, sha256: contentHash(bytes) };
}

function judged({ row }: Registered, pass: boolean): ModelVersion {
  const { key, sha256 } = verdictOn(row, pass);
  const status = pass ? 'approved' : 'rejected';
  return { ...row, status, verdict_key: key, verdict_hash: sha256, verdict_pass: pass };
}

/** What lies in the bucket before anything happens. */
const OBJECTS: Objects = new Map();
for (const [version, pass] of [
  [A, true],
  [B, true],
  [REFUSED, false],
] as const) {
  for (const [path, bytes] of version.files) OBJECTS.set(`${version.row.bundle_prefix}${path}`, bytes);
  const { key, bytes } = verdictOn(version.row, pass);
  OBJECTS.set(key, bytes);
}

export const objects = (): Objects => new Map(OBJECTS);

/** The registry as a process sees it whose calls wait for their turn; without one they happen at once. */
export function registryOf(database: MemoryDynamoDb, actor?: Actor): ModelRegistry {
  const send =
    actor === undefined
      ? async (command: Parameters<MemoryDynamoDb['execute']>[0]) => database.execute(command)
      : (command: Parameters<MemoryDynamoDb['execute']>[0]) => actor.call(() => database.execute(command));
  return dynamoModelRegistry(clientThat(send), TABLE);
}

/** The bucket as a process sees it. */
export function bucketOf(stored: Objects, actor?: Actor): ObjectStore {
  const turn = <T>(execute: () => T): Promise<T> =>
    actor === undefined ? Promise.resolve().then(execute) : actor.call(execute);
  const unused = (): never => {
    throw new Error('bucket: expected no such call');
  };
  return {
    put: (key, content, options) =>
      turn(() => {
        if (options?.ifAbsent && stored.has(key)) return false;
        stored.set(key, typeof content === 'string' ? encoder.encode(content) : content);
        return true;
      }),
    get: (key) =>
      turn(() => {
        const found = stored.get(key);
        if (found === undefined) throw new NotFound(`get object ${key}: not found`);
        return found;
      }),
    list: (prefix) => turn(() => [...stored.keys()].filter((key) => key.startsWith(prefix)).sort()),
    listWithTimes: unused,
    remove: unused,
  };
}

/** Three beginnings: nothing live; A live; B live, A before it. */
export const BEGINNINGS = await Promise.all([[], [A], [A, B]].map(beginning));

async function beginning(promoted: readonly Registered[]): Promise<MemoryDynamoDb> {
  const database = new MemoryDynamoDb();
  const registry = registryOf(database);
  for (const row of [judged(A, true), judged(B, true), judged(REFUSED, false)]) await registry.add(row);
  for (const [at, { row }] of promoted.entries()) {
    const pointer = (await registry.livePointer('NSE', 'tb15')) ?? null;
    const { change } = planPromotion({
      ...{ operator: 'asha', reason: 'before', execution: `before:${at}`, override: true, verdict: null },
      now: new Date(START_MS - 60_000 + 1000 * at).toISOString(),
      pointer,
      live: pointer && (await registry.version('NSE', 'tb15', pointer.version)),
      candidate: await registry.version('NSE', 'tb15', row.version),
    });
    await registry.apply(change);
  }
  return database;
}
