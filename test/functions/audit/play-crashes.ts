import { aFeatureRow } from '../../factories/rows.ts';
import { randomOf } from '../../factories/session.ts';
import type { Weather } from '../batch/faulty-process.ts';
import { chance, type Random, whole } from '../batch/schedule-random.ts';
import { archivedLines, checkAudited } from './check-audited.ts';
import { CrashWorld, type Kept } from './crash-world.ts';

export interface Played {
  readonly entries: number;
  readonly answers: number;
  /** Port calls that failed, were lost, or killed their process. */
  readonly faults: number;
  /** Messages that went to the dead letters and were sent back. */
  readonly redriven: number;
  /** Answers without a hint of their own. */
  readonly unhinted: number;
}

/** Throws with the seed and everything that happened. */
export async function playCrashes(
  kept: Kept,
  seed: number,
  weather: Pick<Weather, 'faultRate' | 'choose'>,
): Promise<Played> {
  const trace: string[] = [];
  try {
    return await play(kept, randomOf(seed), { ...weather, random: randomOf(seed + 1), trace });
  } catch (error) {
    const story = trace.map((line) => `  ${line}`).join('\n');
    throw new Error(`seed ${seed}: ${(error as Error).message}\nwhat happened was\n${story}`, {
      cause: error,
    });
  }
}

async function play(kept: Kept, random: Random, weather: Weather): Promise<Played> {
  const world = new CrashWorld(kept, weather);
  await storm(world, random);
  // Some go on in bad weather until nothing is left to do but what was lost.
  if (weather.choose !== undefined || chance(random, 0.5)) await drain(world, 40);
  const faults = weather.trace.filter((line) =>
    /fails before|is lost|crash|asked again|takes/.test(line),
  ).length;
  await archivedLines(kept);
  world.clearUp();
  weather.trace.push('the weather clears');
  const redriven = await settle(world);
  return { ...(await checkAudited(world)), faults, redriven, unhinted: world.workers.unhinted };
}

/** Everybody at once: trackers that ask for the same moments as the queue does, two of each consumer, and the sweep. */
async function storm(world: CrashWorld, random: Random): Promise<void> {
  const moments = 2 + whole(random, 3);
  for (let moment = 0; moment < moments; moment++) {
    const message = JSON.stringify({ exchange: 'NSE', timestamp: aFeatureRow(moment).timestamp });
    world.toScore.put(message);
    if (chance(random, 0.3)) world.toScore.put(message);
  }
  const rounds = 3 + whole(random, 3);
  const often = async (name: string, work: (name: string) => Promise<void>) => {
    for (let round = 0; round < rounds; round++) {
      await pause(random, 25);
      await work(`${name} ${round}`);
      // Visibility timeouts pass.
      if (chance(random, 0.3)) for (const queue of queuesOf(world)) queue.releaseAll();
    }
  };
  const trackers = ['tracker', 'retry'].map(async (name) => {
    for (let moment = 0; moment <= moments; moment++) {
      await pause(random, 12);
      if (chance(random, 0.7)) await world.request(`${name} ${moment}`, moment);
    }
  });
  await Promise.all([
    ...trackers,
    often('scorer', (name) => world.scoreNext(name)),
    often('other scorer', (name) => world.scoreNext(name)),
    often('desk', (name) =>
      chance(random, 0.3) ? world.trade(name, whole(random, moments)) : pause(random, 9),
    ),
    often('sealer A', () => world.seal('sealer A')),
    often('sealer B', () => world.seal('sealer B')),
    often('archiver', (name) => world.archive(name)),
    often('other archiver', (name) => world.archive(name)),
    often('sweep', (name) => (chance(random, 0.4) ? world.sweep(name) : pause(random, 9))),
  ]);
}

/** Until nothing is left on any queue, with two sweeps behind each other: what the first sends is sealed by the second. */
async function settle(world: CrashWorld): Promise<number> {
  let redriven = 0;
  for (let turn = 0; turn < 200; turn++) {
    redriven += sendBack(world);
    await world.sweep(`last sweep ${turn}`);
    const before = waitingIn(world);
    await drain(world, 1000);
    if (before === 0 && turn > 0) return redriven;
  }
  throw new Error('the queues never empty');
}

/** Consumes until the queues are empty, for so many rounds at most. */
async function drain(world: CrashWorld, rounds: number): Promise<void> {
  for (let round = 0; round < rounds && waitingIn(world) > 0; round++) {
    for (const queue of queuesOf(world)) queue.releaseAll();
    await world.scoreNext('last scorer');
    await world.seal('last sealer');
    await world.archive('last archiver');
  }
}

function queuesOf({ toScore, toAudit, toArchive }: CrashWorld) {
  return [toScore, toAudit, toArchive];
}

function waitingIn(world: CrashWorld): number {
  return queuesOf(world).reduce((sum, queue) => sum + queue.depth().visible + queue.depth().inFlight, 0);
}

/** As `./oi redrive` does, queue by queue. */
function sendBack({ deadLetters, toAudit, toArchive }: CrashWorld): number {
  const bodies = deadLetters.bodies();
  deadLetters.delete(deadLetters.receive(bodies.length));
  for (const body of bodies) (body.includes('"log_index"') ? toArchive : toAudit).put(body);
  return bodies.length;
}

async function pause(random: Random, longest: number): Promise<void> {
  for (let turns = whole(random, longest + 1); turns > 0; turns--) await undefined;
}
