import { describe, expect, it } from 'vitest';
import { writeBatches } from '../../../functions/batch/write-batches.ts';
import { compactChainDay } from '../../../functions/compact/compact-day.ts';
import { lakeFiles } from '../../../shared/adapters/lake/lake-files.ts';
import { hyparquetCodec } from '../../../shared/adapters/parquet/hyparquet-codec.ts';
import { addDays, istMs, MINUTE_MS, utcIso } from '../../../shared/domain/market/indian-time.ts';
import type { StoredSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { startEmbeddedCloud } from '../../contract/embedded-cloud.ts';
import { memoryBatchRegistry, memoryObjectStore } from '../../contract/memory-ports.ts';
import { randomOf } from '../../factories/session.ts';
import { aLeg, aStoredSnapshot } from '../../factories/snapshot.ts';
import { type Fault, withFaults } from '../faults.ts';
import { type Ports as CloudPorts, chainSnapshots, openPorts, rawSnapshots } from '../pipeline.ts';

/** After this many rounds the faults stop, as outages do. */
const FAULTY_ROUNDS = 3;

type Ports = Pick<CloudPorts, 'lake' | 'registry' | 'clock'>;
type Random = () => number;

/** One day of its own per seed: a few minutes, some of them with a revision. */
function snapshotsOfSeed(seed: number, random: Random): StoredSnapshot[] {
  const openMs = istMs(addDays('2025-01-01', seed), 555);
  const minutes = 1 + Math.floor(random() * 4);
  return Array.from({ length: minutes }, (_, minute) => minute).flatMap((minute) => {
    const timestamp = utcIso(openMs + minute * MINUTE_MS);
    const legs = [aLeg({ oi: minute }), aLeg({ option_type: 'PE', ltp: random() < 0.3 ? null : minute })];
    const first = aStoredSnapshot({ timestamp, legs });
    if (random() < 0.7) return [first];
    const received_at = utcIso(openMs + minute * MINUTE_MS + 20_000);
    return [first, aStoredSnapshot({ timestamp, received_at, vix: 11 + random(), legs })];
  });
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const faultOf = (random: Random): Fault => {
  const draw = random();
  return draw < 0.12 ? 'before' : draw < 0.24 ? 'after' : 'none';
};

/** Deliveries as a standard queue makes them: any order, some twice, one or two consumers at once. */
function deliveries(pending: readonly StoredSnapshot[], all: readonly StoredSnapshot[], random: Random) {
  const again = all.filter(() => random() < 0.2);
  const messages = shuffled([...pending, ...again], random);
  const cut = random() < 0.5 ? messages.length : Math.ceil(random() * messages.length);
  return [messages.slice(0, cut), messages.slice(cut)].filter((delivery) => delivery.length > 0);
}

/** Consumes until every message was taken; a consumer that is killed takes none, whatever it had written. */
async function consumeAll(
  ports: Ports,
  snapshots: readonly StoredSnapshot[],
  random: Random,
): Promise<number> {
  const state = { round: 0 };
  const next = () => (state.round < FAULTY_ROUNDS ? faultOf(random) : 'none');
  const write = writeBatches({
    ...ports,
    lake: withFaults(ports.lake, next),
    registry: withFaults(ports.registry, next),
  });
  let pending = [...snapshots];
  for (; pending.length > 0; state.round++) {
    const results = await Promise.all(
      deliveries(pending, snapshots, random).map(async (delivery) => {
        const { failed } = await write(delivery);
        const isKilled = state.round < FAULTY_ROUNDS && random() < 0.15;
        const lost = new Set(failed.map(({ snapshotId }) => snapshotId));
        return isKilled ? [] : delivery.filter(({ snapshot_id }) => !lost.has(snapshot_id));
      }),
    );
    const taken = new Set(results.flat());
    pending = pending.filter((snapshot) => !taken.has(snapshot));
  }
  return state.round;
}

const byId = (a: StoredSnapshot, b: StoredSnapshot) => (a.snapshot_id < b.snapshot_id ? -1 : 1);

async function play(ports: Ports, seed: number): Promise<number> {
  const random = randomOf(seed);
  const snapshots = snapshotsOfSeed(seed, random);
  const date = addDays('2025-01-01', seed);
  const rounds = await consumeAll(ports, snapshots, random);
  const expected = snapshots.toSorted(byId);
  const raw = (await rawSnapshots(ports, 'NSE', date)).map(({ revised: _, ...snapshot }) => snapshot);
  expect(raw.toSorted(byId), `raw of seed ${seed}`).toEqual(expected);
  await compactChainDay(ports)('NSE', date);
  const chain = await chainSnapshots(ports, 'NSE', date);
  expect(chain.map(({ revised: _, ...snapshot }) => snapshot).toSorted(byId)).toEqual(expected);
  expect(await ports.registry.snapshotCount('NSE', date)).toBe(snapshots.length);
  return rounds;
}

/** Faults must really have happened: without any, every schedule would end in one round. */
async function playAll(ports: Ports, schedules: number): Promise<void> {
  let rounds = 0;
  for (let seed = 0; seed < schedules; seed++) rounds += await play(ports, seed);
  expect(rounds).toBeGreaterThan(schedules * 1.5);
}

describe('batch under seeded faults, kills and repeats', () => {
  it('keeps each snapshot exactly once in 220 schedules', async () => {
    const lake = lakeFiles(memoryObjectStore(), hyparquetCodec);
    await playAll({ lake, registry: memoryBatchRegistry(), clock: () => 0 }, 220);
  });

  it('keeps each snapshot exactly once in 15 schedules on the embedded cloud', async () => {
    const cloud = await startEmbeddedCloud();
    try {
      await playAll(await openPorts(cloud), 15);
    } finally {
      await cloud.stop();
    }
  });
});
