import { describe, expect, it } from 'vitest';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { compactChainDay } from '../../../functions/compact/compact-day.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { tableCodec } from '../../../shared/adapters/parquet/table-codec.ts';
import { snapshotsOf } from '../../../shared/domain/lake/chain-rows.ts';
import { pendingBatches } from '../../../shared/domain/lake/compaction.ts';
import { MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import type { BatchRegistry } from '../../../shared/ports/batch-registry.ts';
import type { LakeFile, LakeFiles } from '../../../shared/ports/lake-files.ts';
import type { TableCodec } from '../../../shared/ports/table-codec.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { aSession, randomOf } from '../../factories/session.ts';
import { aStoredSnapshot } from '../../factories/snapshot.ts';
import { type Fault, withFaults } from '../faults.ts';
import { openTurns } from './turns.ts';

const DATE = '2025-12-04';
const DAY = ['NSE', DATE] as const;
const READS = 6;
const RUNS = 4;
/** Each look that fails was overtaken by a compaction that got further. */
const MOST_LOOKS = 2 * RUNS + 2;

/** Thousands of files in no time; what Parquet does with a table is tested elsewhere. */
const jsonCodec: TableCodec = {
  write: (table) => new TextEncoder().encode(JSON.stringify(table)),
  read: async (file) => JSON.parse(new TextDecoder().decode(file)),
};

interface Ports {
  readonly registry: BatchRegistry;
  readonly lake: LakeFiles;
}

/** A day of a few minutes, some of them with a revision, and the micro-batches they come in: late, in any order. */
function aDay(random: () => number): StoredSnapshot[][] {
  const session = aSession({ seed: Math.floor(random() * 1e6), minutes: 3 + Math.floor(random() * 6) });
  const revisions = session
    .filter(() => random() < 0.3)
    .map(({ snapshot_id: _, ...snapshot }, at) => {
      const received_at = utcIso(Date.parse(snapshot.timestamp) + MINUTE_MS);
      return aStoredSnapshot({ ...snapshot, vix: at, received_at });
    });
  const late = [...session, ...revisions].map((snapshot) => ({ snapshot, at: random() }));
  const batches: StoredSnapshot[][] = [];
  for (const { snapshot } of late.sort((a, b) => a.at - b.at)) {
    if (batches.length === 0 || random() < 0.6) batches.push([]);
    batches.at(-1)?.push(snapshot);
  }
  return batches;
}

/** What has been asked to be registered, and what was answered: a read must show all of the second, none but the first. */
interface Known {
  readonly begun: Set<string>;
  readonly registered: Set<string>;
}

async function writeAll({ registry, lake }: Ports, batches: readonly StoredSnapshot[][], known: Known) {
  const write = writeBatches({ registry, lake, clock: () => 0 });
  for (const batch of batches) {
    for (const { snapshot_id } of batch) known.begun.add(snapshot_id);
    expect((await write(batch)).failed).toEqual([]);
    for (const { snapshot_id } of batch) known.registered.add(snapshot_id);
  }
}

/** Compacts again and again, dying anywhere; a run that dies, or that another overtook, leaves the rest to the next. */
async function compactOften({ registry, lake }: Ports, next: () => Fault, seen: Map<string, number>) {
  const compact = compactChainDay({
    registry: withFaults(registry, next),
    lake: withFaults(lake, next),
    clock: () => 0,
  });
  for (let run = 0; run < RUNS; run++) {
    const end = await compact(...DAY).then(
      ({ batches }) => (batches > 0 ? 'compacted' : 'nothing new'),
      ({ name }: Error) => name,
    );
    expect(['compacted', 'nothing new', 'RejectedInput', 'Conflict', 'Temporary']).toContain(end);
    seen.set(end, (seen.get(end) ?? 0) + 1);
  }
}

/** Every snapshot that is registered, looked up as `./oi sql` does it: only a micro-batch may be gone by then. */
async function readDay({ registry, lake }: Ports, random: () => number, look = 1): Promise<StoredSnapshot[]> {
  expect(look, 'looks at a day whose files keep vanishing').toBeLessThan(MOST_LOOKS);
  const isChainFirst = random() < 0.5;
  const first = isChainFirst ? await registry.dayFile('chain', 'chain', ...DAY) : undefined;
  const batches = await registry.batches(...DAY);
  const chain = isChainFirst ? first : await registry.dayFile('chain', 'chain', ...DAY);
  const files: LakeFile[] = [...(chain === undefined ? [] : [chain]), ...pendingBatches(chain, batches)];
  const snapshots: StoredSnapshot[] = [];
  for (const file of files) {
    try {
      snapshots.push(...snapshotsOf(await lake.read(file)));
    } catch (error) {
      if ((error as Error).name !== 'NotFound') throw error;
      expect(file.path).toMatch(/^raw\//);
      return readDay({ registry, lake }, random, look + 1);
    }
  }
  return snapshots;
}

async function readOften(
  ports: Ports,
  known: Known,
  whole: ReadonlyMap<string, string>,
  random: () => number,
) {
  for (let read = 0; read < READS; read++) {
    const before = [...known.registered];
    const snapshots = await readDay(ports, random);
    const ids = snapshots.map(({ snapshot_id }) => snapshot_id);
    expect(ids.length, 'a snapshot twice').toBe(new Set(ids).size);
    expect(
      before.filter((id) => !ids.includes(id)),
      'a registered snapshot not shown',
    ).toEqual([]);
    expect(
      ids.filter((id) => !known.begun.has(id)),
      'a snapshot out of nowhere',
    ).toEqual([]);
    const changed = snapshots.filter((one) => asText(one) !== whole.get(one.snapshot_id));
    expect(
      changed.map(({ snapshot_id }) => snapshot_id),
      'a snapshot not whole',
    ).toEqual([]);
  }
}

function asText(snapshot: StoredSnapshot & { readonly revised?: boolean }): string {
  const { revised: _, ...stored } = snapshot;
  return JSON.stringify(Object.entries(stored).sort());
}

async function playDay(seed: number, codec: TableCodec, seen: Map<string, number>): Promise<void> {
  const random = randomOf(seed);
  const batches = aDay(random);
  const bucket = memoryObjectStore();
  const ports = { registry: memoryBatchRegistry(), lake: lakeFiles(bucket, codec) };
  const turns = openTurns(random);
  const paced = { registry: turns.paced(ports.registry), lake: turns.paced(ports.lake) };
  const known: Known = { begun: new Set(), registered: new Set() };
  const whole = new Map(batches.flat().map((snapshot) => [snapshot.snapshot_id, asText(snapshot)]));
  const fault = (): Fault => (random() < 0.1 ? (random() < 0.5 ? 'before' : 'after') : 'none');
  await turns.play([
    () => writeAll(paced, batches, known),
    () => compactOften(paced, fault, seen),
    () => compactOften(paced, fault, seen),
    () => readOften(paced, known, whole, random),
    () => readOften(paced, known, whole, random),
  ]);
  await compactChainDay({ ...ports, clock: () => 0 })(...DAY);
  expect(await bucket.list('raw/')).toEqual([]);
  const left = await readDay(ports, random);
  expect(left.map(({ snapshot_id }) => snapshot_id).sort()).toEqual([...whole.keys()].sort());
}

describe('a reader beside writers and compactions that die anywhere', () => {
  it('sees every registered snapshot once and whole, at every moment of 200 days', async () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) await playDay(seed, jsonCodec, seen);
    // The play is worth something only if all of it happened.
    for (const end of ['compacted', 'nothing new', 'RejectedInput', 'Conflict', 'Temporary']) {
      expect(seen.get(end), end).toBeGreaterThan(20);
    }
  });

  it.each(['hyparquet', 'parquetjs'])('sees the same in 4 days of %s files', async (writer) => {
    for (let seed = 1000; seed < 1004; seed++) await playDay(seed, tableCodec(writer), new Map());
  });
});
