import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { ModelVersion } from '../../shared/domain/promotion/registry.ts';
import { runOi } from '../cli/run-oi.ts';
import { aSnapshot } from '../factories/snapshot.ts';
import { featureRows, TRACKER_NAMES, trackerMarket, trainedCandidate } from '../factories/tracker-market.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, startCloudProcess } from './cloud-process.ts';
import { modelShelf } from './model-shelf.ts';
import { sendRaw } from './raw-request.ts';

const NOW_MS = Date.parse('2025-12-04T12:35:00+05:30');
/** Before the night begins. */
const AFTER_CLOSE = '2025-12-04T15:59:00+05:30';
const ANSWERS = 3;
const HORIZON_MINUTES = 15;

const folder = mkdtempSync(join(tmpdir(), 'shadow-'));
const environments = join(folder, 'env');
const directory = join(environments, 'desk', 'state');
const rows = featureRows(trackerMarket({ sessions: 1, rowsPerSession: 20, seed: 78 }));

let cloud: CloudProcess;
let live: ModelVersion;
let rival: ModelVersion;
beforeAll(async () => {
  const cdkOut = join(folder, 'cdk.out');
  await buildLayers();
  await synthesise(cdkOut);
  const shelf = modelShelf(directory, cdkOut);
  cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(NOW_MS) });
  live = await shelf.put(cloud.endpoint, await trainedCandidate({ ...trackerMarket(), seed: 1 }));
  rival = await shelf.put(cloud.endpoint, await trainedCandidate({ ...trackerMarket(), seed: 2 }));
}, 400_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const said = ['--operator', 'asha', '--reason', 'passed, but only just'];
const oi = (...args: string[]) => runOi(environments, ...args, '--env', 'desk', '--json').last();
const shadowOfNse = () => oi('shadow', '--exchange', 'NSE').shadows[0];

const post = (minute: number, path: string, body: object, as: 'tracker' | 'operator' = 'tracker') =>
  sendRaw(cloud, NOW_MS + minute * MINUTE_MS, { path, body: JSON.stringify(body), as });

const get = async (path: string) =>
  (await sendRaw(cloud, Date.parse(AFTER_CLOSE), { method: 'GET', path, as: 'viewer' })).body;

/** A minute of the session: its price, and in the first ones a row to answer on. @returns the live answer */
async function play(minute: number) {
  const timestamp = utcIso(NOW_MS + minute * MINUTE_MS);
  await cloud.control.advanceTo(timestamp);
  const snapshot = aSnapshot({ timestamp, underlying_price: 26_000 + 13 * minute });
  expect((await post(minute, '/v1/snapshots', snapshot)).status).toBe(202);
  if (minute >= ANSWERS) return [];
  const values = Array.from(rows[minute]!.values, (value) => (Number.isFinite(value) ? value : null));
  const features = Object.fromEntries(TRACKER_NAMES.map((name, at) => [name, values[at]]));
  const answer = await post(minute, '/v1/score', { exchange: 'NSE', timestamp, features });
  expect(answer).toMatchObject({ status: 200, body: { model_version: live.version, hold_reason: null } });
  return [answer.body];
}

it('a challenger beside the live model, through its queue, to the outcome and the report', async () => {
  expect(oi('promote', 'NSE', live.version, ...said).ok).toBe(true);
  const body = { exchange: 'NSE', action: 'set', version: rival.version, operator: 'eve', reason: 'mine' };
  expect((await post(0, '/v1/shadow', body)).status).toBe(403);
  expect(oi('shadow', 'set', 'NSE', live.version, ...said)).toMatchObject({ error: 'RejectedInput' });
  expect(oi('shadow', 'set', 'NSE', rival.version, ...said).challenger).toMatchObject({
    ...{ version: rival.version, operator: 'asha', revision: 1, stopped_at: null },
  });

  const answers = [];
  for (let minute = 0; minute <= ANSWERS + HORIZON_MINUTES; minute++) answers.push(...(await play(minute)));
  await cloud.control.advanceTo(AFTER_CLOSE);
  await cloud.control.untilIdle(60);

  expect(shadowOfNse()).toMatchObject({
    challenger: { version: rival.version, reason: 'passed, but only just' },
    live_version: live.version,
    verdict: {
      ...{ asked: ANSWERS, answered: ANSWERS, faults: 0, judged_sessions: 1 },
      // A session of three moments is judged, and does not count.
      ...{ sessions: 0, decision: 'none', in_words: 'no decision yet' },
    },
  });
  for (const { id, action, model_version } of answers) {
    const { recommendation, outcomes } = await get(`/v1/recommendations/${id}`);
    expect(recommendation).toMatchObject({ action, model_version: live.version });
    expect(outcomes.map((one: { model_version: string }) => one.model_version)).toEqual([model_version]);
  }
  expect((await get('/v1/recommendations')).recommendations).toHaveLength(ANSWERS);

  expect(oi('shadow', 'stop', 'NSE', ...said).challenger.stopped_at).not.toBeNull();
  expect(oi('shadow', 'stop', 'NSE', ...said)).toMatchObject({ error: 'RejectedInput' });
  const changes = shadowOfNse().changes.map(({ revision }: { revision: number }) => revision);
  expect(changes).toEqual([1, 2]);
}, 300_000);
