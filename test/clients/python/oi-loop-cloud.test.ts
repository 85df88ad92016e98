import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotId } from '../../../shared/domain/market/identity.ts';
import type { ChainSnapshot } from '../../../shared/domain/market/snapshot.ts';
import { recommendationSchema } from '../../../shared/domain/scoring/recommendation.ts';
import { aSnapshot } from '../../factories/snapshot.ts';
import { buildLayers, synthesise } from '../../infra/synthesise.ts';
import { type CloudProcess, startCloudProcess } from '../../journey/cloud-process.ts';
import { snapshotIdsInLake } from '../../journey/lake-content.ts';
import { type BoxStats, PYTHON_MISSING, startTracker, type Tracker } from './tap-driver.ts';

const ENVIRONMENT = 'tapped';
const DATE = '2025-12-04';
const NOW = `${DATE}T12:35:00+05:30`;
const NOW_MS = Date.parse(NOW);

const folder = mkdtempSync(join(tmpdir(), 'oi-loop-client-'));
const cdkOut = join(folder, 'cdk.out');
const posted: ChainSnapshot[] = [];
let cloud: CloudProcess;
let tracker: Tracker;

/** The clock stands, and is where it was after a restart. */
async function startCloud(): Promise<void> {
  const directory = join(folder, ENVIRONMENT, 'state');
  cloud = await startCloudProcess({ cdkOut, directory, simulated: NOW });
}

async function openTracker(): Promise<void> {
  tracker = startTracker({ OI_ENVIRONMENTS: folder });
  const spool = join(folder, 'spool');
  await tracker.ask('open', { environment: ENVIRONMENT, spool, longest_backoff: 0.5 });
}

/** Snapshots a second apart, the newest `agoMs` ago; no two of this file are alike. */
function snapshots(count: number, agoMs = 0): ChainSnapshot[] {
  const made = Array.from({ length: count }, (_, at) => {
    const timestamp = new Date(NOW_MS - agoMs - (count - 1 - at) * 1000).toISOString();
    return aSnapshot({ timestamp, future_oi: 1_000_000 + posted.length + at });
  });
  posted.push(...made);
  return made;
}

const tap = (made: readonly unknown[]) =>
  tracker.ask<{ put_us: number; json_us: number }>('tap', { snapshots: made });

async function untilSnapshots(check: (stats: BoxStats) => boolean): Promise<BoxStats> {
  const read = async () => (await tracker.stats()).snapshots;
  await expect.poll(async () => check(await read()), { timeout: 60_000, interval: 20 }).toBe(true);
  return read();
}

/** Lets batch windows pass, and expects every snapshot of this file in the lake, once. */
async function expectAllInLake(minutes: number): Promise<void> {
  await cloud.control.advanceTo(new Date(NOW_MS + minutes * 60_000).toISOString());
  await cloud.control.untilIdle(60);
  const stored = await snapshotIdsInLake(cloud, 'NSE', DATE);
  expect(stored.sort()).toEqual(posted.map(snapshotId).sort());
}

describe.skipIf(PYTHON_MISSING !== '')(`clients/python/oi_loop.py with a real cloud${PYTHON_MISSING}`, () => {
  beforeAll(async () => {
    await buildLayers();
    await synthesise(cdkOut);
    await startCloud();
    await openTracker();
  }, 240_000);
  afterAll(async () => {
    await tracker?.kill();
    await cloud?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for a score and reports trades, signed by the tracker', { timeout: 60_000 }, async () => {
    const [snapshot] = snapshots(1);
    const answer = await tracker.ask('score', { exchange: 'NSE', snapshot, deadline: 30 });
    expect(recommendationSchema.parse(answer)).toMatchObject({
      action: 'HOLD',
      hold_reason: 'no_live_model',
    });
    const bought = {
      symbol: 'NIFTY25D0926000CE',
      side: 'BUY',
      quantity_lots: 1,
      price: 132.2,
      timestamp: NOW,
    };
    await tracker.ask('trade', { trade_id: 'T-1', status: 'executed', exchange: 'NSE', ...bought });
    await tracker.ask('trade', { trade_id: 'T-1', status: 'closed', price: 140, pnl: 585, timestamp: NOW });
    await expect.poll(async () => (await tracker.stats()).trades.sent, { timeout: 30_000 }).toBe(2);
    expect((await tracker.stats()).trades).toMatchObject({ refused: 0, retries: 0, waiting: 0 });
  });

  it('brings 400 snapshots through a restart of the cloud, each once, and holds up nobody', {
    timeout: 180_000,
  }, async () => {
    const all = snapshots(400);
    const online = await tap(all.slice(0, 150));
    await untilSnapshots(({ sent }) => sent >= 60);
    await cloud.kill();
    const offline = await tap(all.slice(150, 300));
    const cut = await untilSnapshots(({ online: isOnline, on_disk }) => isOnline === false && on_disk >= 150);
    expect(cut).toMatchObject({ refused: 0, dropped: 0 });
    await startCloud();
    await tap(all.slice(300));
    const done = await untilSnapshots(({ waiting }) => waiting === 0);
    expect(done).toMatchObject({ taken: 400, sent: 400, refused: 0, dropped: 0, torn: 0, online: true });
    expect(done.retries).toBeGreaterThan(0);
    // What the tracker's loop waits for is a queue, whatever becomes of the API: less than writing the snapshot as JSON.
    expect(online.put_us).toBeLessThan(online.json_us);
    expect(offline.put_us).toBeLessThan(offline.json_us);
    await expectAllInLake(2);
  });

  it('brings what was on disk at a kill -9 of the tracker', { timeout: 120_000 }, async () => {
    await cloud.kill();
    await tap(snapshots(90));
    await untilSnapshots(({ on_disk }) => on_disk === 90);
    await tracker.kill();
    await startCloud();
    await openTracker();
    const done = await untilSnapshots(({ waiting, sent }) => waiting === 0 && sent > 0);
    expect(done).toMatchObject({ taken: 0, sent: 90, refused: 0, torn: 0 });
    await expectAllInLake(2);
  });

  it('tells a bad snapshot once, by its field, and brings the others', { timeout: 60_000 }, async () => {
    const [good, other] = snapshots(2);
    const bad = { ...good, legs: [{ ...good!.legs[0], ltp: -5 }] };
    await tap([good, bad, { ...bad, vix: 12 }, other]);
    const { sent, refused, refused_by_field } = await untilSnapshots(
      ({ waiting, sent }) => waiting === 0 && sent > 90,
    );
    expect([sent, refused, refused_by_field]).toEqual([92, 2, { 'legs[].ltp': 2 }]);
    expect(tracker.log().match(/legs\[0\]\.ltp: expected 0 or more, was -5/g)).toHaveLength(1);
    await expectAllInLake(4);
  });

  it('waits as it is told where too much comes at once, and goes on', { timeout: 120_000 }, async () => {
    await cloud.kill();
    throttle({ ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 });
    await startCloud();
    for (let tapped = 0; tapped < 200; tapped += 1) {
      await tap(snapshots(1));
      if ((await tracker.stats()).snapshots.throttled > 0) break;
      await pause(10);
    }
    const done = await untilSnapshots(({ waiting }) => waiting === 0);
    expect(done.throttled).toBeGreaterThan(0);
    expect(done).toMatchObject({ sent: 90 + done.taken - 2, refused: 2, dropped: 0 });
    await expectAllInLake(6);
    expect(await tracker.ask('close', { timeout: 10 })).toBe(true);
  });
});

/** Changes the templates that the cloud is started with: an API that takes few requests a second. */
function throttle(settings: object): void {
  const file = join(cdkOut, 'test-api.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const resources: { Type: string; Properties: Record<string, unknown> }[] = Object.values(
    template.Resources,
  );
  const stage = resources.find(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage');
  Object.assign(stage?.Properties['DefaultRouteSettings'] as object, settings);
  writeFileSync(file, JSON.stringify(template));
}
