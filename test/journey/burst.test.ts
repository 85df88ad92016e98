import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import { exchangesRules } from '../../shared/config/exchanges.ts';
import { epochMs, MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { specsFrom } from '../../simulator/exchange-spec.ts';
import { simulateDay } from '../../simulator/market.ts';
import { runOi } from '../cli/run-oi.ts';
import { trackerMarket, trainedCandidate } from '../factories/tracker-market.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { modelShelf } from './model-shelf.ts';

const DATE = '2026-01-06';
const ANSWERED = ['NSE', 'BSE'] as const;
const CHAINS = ['NSE', 'BSE', 'NSE_MONTHLY'] as const;
/** Enough for every feature of the tracker's set. */
const SINGLY = 36;
const BURSTS = 5;
const MINUTES_A_BURST = 6;

const folder = mkdtempSync(join(tmpdir(), 'burst-'));
const environments = join(folder, 'env');
const directory = join(environments, 'desk', 'state');
let cloud: CloudProcess;
beforeAll(async () => {
  const cdkOut = join(folder, 'cdk.out');
  await buildLayers();
  await synthesise(cdkOut);
  const shelf = modelShelf(directory, cdkOut);
  cloud = await startCloudProcess({ cdkOut, directory, simulated: `${DATE}T03:35:00.000Z` });
  for (const exchange of ANSWERED) {
    const { version } = await shelf.put(
      cloud.endpoint,
      await trainedCandidate({ ...trackerMarket(), exchange }),
    );
    oi('promote', exchange, version, '--operator', 'asha', '--reason', 'a burst is on its way');
  }
}, 400_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function oi(...args: string[]) {
  const { status, stdout, stderr, last } = runOi(environments, ...args, '--env', 'desk', '--json');
  expect(status, `./oi ${args[0]}: ${stderr}${stdout.slice(-2000)}`).toBe(0);
  return last();
}

/** The session's minutes, of all chains together. */
function minutesOfDay(): ChainSnapshot[][] {
  const exchanges = specsFrom(exchangesRules(), [...CHAINS]);
  const { sessions } = simulateDay({ seed: 11, edge: 0.5, date: DATE, exchanges });
  return sessions[0]!.snapshots.map((_, at) => sessions.map(({ snapshots }) => snapshots[at]!));
}

it('answers of bursts, one upon the other, are replayed to the last bit', { timeout: 400_000 }, async () => {
  const { region, keys } = cloud.endpoint;
  const endpoint = outputsOf(cloud.endpoint)['ApiEndpoint'] as string;
  const api = signedApi({ endpoint, region, credentials: keys.tracker });
  const post = (minutes: ChainSnapshot[][]) =>
    api.call<{ accepted: number }>({ method: 'POST', path: '/v1/snapshots', body: minutes.flat() });
  const day = minutesOfDay();
  const after = (minute: number) => utcIso(epochMs(day[minute - 1]![0]!.timestamp) + 2000);
  for (let minute = 1; minute <= SINGLY; minute++) {
    await cloud.control.stand(after(minute));
    await post([day[minute - 1]!]);
    await cloud.control.untilIdle(60);
  }
  // The line comes and goes: minutes at once, in two requests, none waiting for what is worked on.
  for (let burst = 0; burst < BURSTS; burst++) {
    const first = SINGLY + burst * MINUTES_A_BURST;
    await cloud.control.advanceTo(after(first + MINUTES_A_BURST));
    for (const half of [first, first + MINUTES_A_BURST / 2]) {
      const minutes = day.slice(half, half + MINUTES_A_BURST / 2);
      expect(await post(minutes)).toMatchObject({ accepted: minutes.flat().length });
    }
  }
  const endMs = await cloud.control.now();
  for (let minute = 1; minute <= 6; minute++) {
    await cloud.control.advanceTo(utcIso(endMs + minute * MINUTE_MS));
    await cloud.control.untilIdle(60);
  }
  for (const exchange of ANSWERED) {
    const day = oi('replay', '--exchange', exchange, '--date', DATE);
    expect(day).toMatchObject({ ok: true, identical: day.answers });
    // Every minute from the first that has history enough: none was lost, none asked twice.
    expect(day.answers).toBeGreaterThanOrEqual(BURSTS * MINUTES_A_BURST);
  }
});
