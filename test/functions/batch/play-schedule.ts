import { expect } from 'vitest';
import { compactDay } from '../../../shared/domain/lake/compaction.ts';
import { canonicalContent, snapshotId } from '../../../shared/domain/market/identity.ts';
import type { Exchange } from '../../../shared/domain/market/snapshot.ts';
import { randomOf } from '../../factories/session.ts';
import type { Weather } from './faulty-process.ts';
import { chance, dateOf, type Posted, postedSnapshots, type Random, whole } from './schedule-random.ts';
import { ScheduleWorld, type Store, snapshotsIn } from './schedule-world.ts';

const FAULT_RATE = 0.08;
const GARBAGE = ['not JSON at all', '{"snapshot_id":"none of ours"}'];
const POSTS = 2;

/** What a schedule has come to. */
export interface Played {
  readonly faults: number;
  readonly buried: number;
  readonly accepted: number;
}

interface Story {
  readonly world: ScheduleWorld;
  readonly random: Random;
  readonly date: string;
  readonly exchanges: readonly Exchange[];
  readonly posted: ReadonlyMap<string, Posted>;
  /** Ids that were answered 202. */
  readonly accepted: Set<string>;
  readonly trace: string[];
}

/**
 * Plays the schedule of a seed: a tracker posts (some things twice), two consumers and a compaction race, a reader
 * looks, and every port call may fail, hang or kill its process; then the weather clears, the dead letters are redriven
 * after the bug is mended, and the lake must hold what was accepted, once. Throws with the seed and the whole schedule.
 */
export async function playSchedule(store: Store, seed: number): Promise<Played> {
  const trace: string[] = [];
  try {
    return await play(store, seed, trace);
  } catch (error) {
    const schedule = trace.map((line) => `  ${line}`).join('\n');
    throw new Error(`seed ${seed}: ${(error as Error).message}\nthe schedule was\n${schedule}`, {
      cause: error,
    });
  }
}

async function play(store: Store, seed: number, trace: string[]): Promise<Played> {
  const random = randomOf(seed);
  const weather: Weather = { random, faultRate: FAULT_RATE, trace };
  const world = new ScheduleWorld(store, weather);
  const snapshots = postedSnapshots(seed, random);
  const posted = new Map(snapshots.map((snapshot) => [snapshotId(snapshot), snapshot]));
  const exchanges = [...new Set(snapshots.map(({ exchange }) => exchange))];
  const story = { world, random, date: dateOf(seed), exchanges, posted, accepted: new Set<string>(), trace };
  const poison = new Set([...posted.keys()].filter(() => chance(random, 0.15)));
  world.breakBatch(
    chance(random, 0.6) ? 'none' : chance(random, 0.7) ? 'cannot write it' : 'dies of it',
    poison,
  );
  if (chance(random, 0.3)) for (const body of GARBAGE) world.toBatch.put(body);

  await storm(story, snapshots);
  const faults = trace.length;
  world.clearUp();
  trace.push('the weather clears');
  await drain(story);
  const buried = await checkDeadLetters(story);
  world.mendBatch();
  trace.push(`redrive of ${world.deadLetters.moveTo(world.toBatch)}`);
  await drain(story);
  await checkLake(story, store);
  return { faults, buried, accepted: story.accepted.size };
}

/** Everybody at once. */
async function storm(story: Story, snapshots: readonly Posted[]): Promise<void> {
  const { world, random, date, exchanges } = story;
  const rounds = 3 + whole(random, 4);
  const consumer = async (name: string) => {
    for (let round = 0; round < rounds; round++) {
      await pause(random, 20);
      await world.consume(`${name} ${round}`);
      // Visibility timeouts pass.
      if (chance(random, 0.4)) world.toBatch.releaseAll();
    }
  };
  const compaction = async () => {
    for (let round = 0; round < 2; round++) {
      await pause(random, 60);
      await world.compact(`compaction ${round}`, exchanges[whole(random, exchanges.length)]!, date);
    }
  };
  await Promise.all([
    tracker(story, snapshots),
    consumer('A'),
    consumer('B'),
    compaction(),
    reader(story, rounds),
  ]);
}

/** Posts a few snapshots at a time, again when no answer came, some again though one did, and gives up at last. */
async function tracker({ world, random, accepted }: Story, snapshots: readonly Posted[]): Promise<void> {
  for (let at = 0; at < snapshots.length; ) {
    const request = snapshots.slice(at, at + 1 + whole(random, 3));
    for (let attempt = 0; attempt < POSTS; attempt++) {
      await pause(random, 10);
      const answered = await world.post(`post ${at}.${attempt}`, request);
      for (const index of answered) accepted.add(snapshotId(request[index]!));
      if (answered.length > 0 && chance(random, 0.8)) break;
    }
    at += request.length;
  }
}

/** What a reader has once seen stays there, and is there once. */
async function reader({ world, random, date, exchanges }: Story, rounds: number): Promise<void> {
  const before = new Map<Exchange, readonly string[]>();
  for (let round = 0; round < rounds; round++) {
    await pause(random, 30);
    const exchange = exchanges[whole(random, exchanges.length)]!;
    const ids = (await world.read(exchange, date)).map(({ snapshot_id }) => snapshot_id);
    expect(new Set(ids).size, 'a reader sees a snapshot twice').toBe(ids.length);
    expect(ids, 'a reader loses what it saw').toEqual(
      expect.arrayContaining([...(before.get(exchange) ?? [])]),
    );
    before.set(exchange, ids);
  }
}

/** Until nothing is left on the queue but in the dead letters. */
async function drain({ world, trace }: Story): Promise<void> {
  for (let turn = 0; ; turn++) {
    world.toBatch.releaseAll();
    if (world.toBatch.depth().visible === 0) return;
    await world.consume(`drain ${turn}`);
    if (turn > 500) throw new Error(`the queue never empties: ${trace.length} lines`);
  }
}

/** What was accepted and is not in the lake waits in the dead letters, and nowhere else. */
async function checkDeadLetters({ world, accepted, date, exchanges }: Story): Promise<number> {
  const waiting = new Set(snapshotsIn(world.deadLetters.bodies()).map(({ snapshot_id }) => snapshot_id));
  const stored = new Set<string>();
  for (const exchange of exchanges)
    for (const { snapshot_id } of await world.read(exchange, date)) stored.add(snapshot_id);
  const lost = [...accepted].filter((id) => !stored.has(id) && !waiting.has(id));
  expect(lost, 'accepted, and neither in the lake nor in the dead letters').toEqual([]);
  return [...waiting].filter((id) => !stored.has(id)).length;
}

async function checkLake({ world, posted, accepted, date, exchanges }: Story, { registry, bucket }: Store) {
  const found: string[] = [];
  for (const exchange of exchanges) {
    const raw = await world.read(exchange, date);
    const batches = await registry.batches(exchange, date);
    expect(
      batches.reduce((sum, batch) => sum + batch.snapshots, 0),
      'snapshots by the registry',
    ).toBe(raw.length);
    expect(await registry.snapshotCount(exchange, date), 'seen rows').toBe(raw.length);
    if (raw.length > 0) await world.compact('last compaction', exchange, date);
    const chain = await world.read(exchange, date);
    const ids = chain.map(({ snapshot_id }) => snapshot_id);
    expect(ids.toSorted(), 'before and after compaction').toEqual(
      raw.map((row) => row.snapshot_id).toSorted(),
    );
    expect(chain, 'chain rows').toEqual(compactDay(raw).snapshots);
    for (const row of chain)
      expect(canonicalContent(row)).toBe(canonicalContent(posted.get(row.snapshot_id)!));
    const day = await registry.dayFile('chain', 'chain', exchange, date);
    expect(day?.batch_ids.toSorted() ?? []).toEqual(batches.map(({ batch_id }) => batch_id).toSorted());
    // What a consumer wrote and never registered may lie about; readers do not know of it.
    const left = await bucket.list(`raw/exchange=${exchange}/date=${date}/`);
    const registered = new Set(batches.map(({ path }) => path));
    expect(
      left.filter((path) => registered.has(path)),
      'files that the chain has taken in',
    ).toEqual([]);
    found.push(...ids);
  }
  expect(new Set(found).size, 'stored twice').toBe(found.length);
  expect(
    [...accepted].filter((id) => !found.includes(id)),
    'accepted and lost',
  ).toEqual([]);
  expect(
    snapshotsIn(world.deadLetters.bodies()),
    'snapshots among the dead letters after the redrive',
  ).toEqual([]);
  const live = world.toFeature.bodies().map((body) => JSON.parse(body).snapshot.snapshot_id);
  expect(
    [...accepted].filter((id) => !live.includes(id)),
    'accepted and not on its way to feature',
  ).toEqual([]);
}

async function pause(random: Random, longest: number): Promise<void> {
  for (let turns = whole(random, longest + 1); turns > 0; turns--) await undefined;
}
