import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import type { StoredSnapshot } from '../../shared/domain/market/snapshot.ts';
import { Temporary } from '../../shared/errors.ts';
import { aSession } from '../factories/session.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { snapshotIdsInLake } from './lake-content.ts';

const DATES = ['2025-12-01', '2025-12-02', '2025-12-03', '2025-12-04'];
const MINUTES = 90;
const A_REQUEST = 3;
const STARTS = [
  '2025-12-04T20:00:00+05:30',
  '2025-12-04T20:10:00+05:30',
  '2025-12-04T20:20:00+05:30',
] as const;

const folder = mkdtempSync(join(tmpdir(), 'kill-'));
const cdkOut = join(folder, 'cdk.out');
const directory = join(folder, 'state');
let cloud: CloudProcess | undefined;
beforeAll(async () => {
  await buildLayers();
  await synthesise(cdkOut);
}, 240_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** A tracker that posts one session a few snapshots at a time, each until it is answered 202. */
function trackerOf(session: readonly StoredSnapshot[]) {
  const left = [...session];
  const acknowledged: string[] = [];
  return {
    acknowledged,
    isDone: () => left.length === 0,
    /** Goes on until everything is accepted, or the cloud is gone. */
    async post({ endpoint }: CloudProcess): Promise<void> {
      const { region, keys } = endpoint;
      const api = signedApi({
        endpoint: outputsOf(endpoint)['ApiEndpoint']!,
        region,
        credentials: keys.tracker,
      });
      while (left.length > 0) {
        const batch = left.slice(0, A_REQUEST);
        const body = batch.map(({ snapshot_id: _id, recorded_at: _recorded, ...snapshot }) => snapshot);
        const request = { method: 'POST', path: '/v1/snapshots', query: { backfill: 'true' }, body } as const;
        const answer = await api.call<{ accepted: number }>(request);
        expect(answer.accepted).toBe(batch.length);
        acknowledged.push(...batch.map(({ snapshot_id }) => snapshot_id));
        left.splice(0, batch.length);
      }
    },
  };
}
type Tracker = ReturnType<typeof trackerOf>;

const acknowledgedBy = (trackers: readonly Tracker[]) => trackers.flatMap(({ acknowledged }) => acknowledged);

/** Lets batch windows pass while the trackers post, and pulls the plug once `count` snapshots are acknowledged. */
async function killInTheMiddle(
  victim: CloudProcess,
  trackers: readonly Tracker[],
  startMs: number,
  count: number,
): Promise<void> {
  const plug = setInterval(() => {
    if (acknowledgedBy(trackers).length >= count) victim.child.kill('SIGKILL');
  }, 1);
  try {
    for (let step = 1; victim.child.signalCode === null; step += 1) {
      const now = startMs + step * 5000;
      await victim.control.advanceTo(new Date(now).toISOString()).catch(() => undefined);
    }
  } finally {
    clearInterval(plug);
  }
}

/** Waits until nothing is under way, with time for every window and for messages that were in flight. */
async function settle({ control }: CloudProcess): Promise<void> {
  for (const minutes of [2, 9, 18, 27]) {
    await control.untilIdle(60);
    await control.advanceTo(new Date(Date.parse(STARTS[2]) + minutes * 60_000).toISOString());
  }
  await control.untilIdle(60);
}

/** Process ids of a process's children (Linux). */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts the cloud, posts, pulls the plug at `count` acknowledged snapshots, and sees that nothing of it lives on. */
async function runUntilKilled(trackers: readonly Tracker[], simulated: string, count: number): Promise<void> {
  const victim = await startCloudProcess({ cdkOut, directory, simulated });
  cloud = victim;
  const posting = Promise.allSettled(trackers.map((tracker) => tracker.post(victim)));
  let workers: number[] = [];
  const watching = setInterval(() => {
    workers = childrenOf(victim.endpoint.pid);
  }, 50);
  await killInTheMiddle(victim, trackers, Date.parse(simulated), count);
  clearInterval(watching);
  for (const result of await posting) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Temporary);
  }
  expect(acknowledgedBy(trackers).length).toBeGreaterThanOrEqual(count);
  expect(trackers.some((tracker) => !tracker.isDone())).toBe(true);
  await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
}

it('after a kill -9 in the middle, twice, every acknowledged snapshot is in the lake, once', {
  timeout: 120_000,
}, async () => {
  const sessions = DATES.map((date, at) => aSession({ seed: at + 1, date, minutes: MINUTES }));
  const trackers = sessions.map(trackerOf);
  const total = DATES.length * MINUTES;
  for (const [at, share] of [0.3, 0.6].entries()) {
    await runUntilKilled(trackers, STARTS[at]!, Math.round(total * share));
  }
  const revived = await startCloudProcess({ cdkOut, directory, simulated: STARTS[2] });
  cloud = revived;
  await Promise.all(trackers.map((tracker) => tracker.post(revived)));
  await settle(revived);
  for (const [at, date] of DATES.entries()) {
    const stored = await snapshotIdsInLake(revived, 'NSE', date);
    const posted = sessions[at]!.map(({ snapshot_id }) => snapshot_id);
    expect(stored.sort(), date).toEqual(posted.sort());
  }
  await revived.end();
});
