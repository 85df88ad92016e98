import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedApi } from '../../shared/adapters/execute-api/signed-api.ts';
import { s3ObjectStore } from '../../shared/adapters/s3/object-store.ts';
import { readBusEntry } from '../../shared/domain/audit/bus-entry.ts';
import { leafContent } from '../../shared/domain/audit/leaf-hash.ts';
import { MINUTE_MS, utcIso } from '../../shared/domain/market/indian-time.ts';
import type { Recommendation } from '../../shared/domain/scoring/recommendation.ts';
import { Temporary } from '../../shared/errors.ts';
import { runOi } from '../cli/run-oi.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';

const START_MS = Date.parse('2025-12-04T12:35:00+05:30');
const QUESTIONS = 60;
/** Answers after which the plug is pulled, each time. */
const KILLS = [15, 35];

const folder = mkdtempSync(join(tmpdir(), 'bus-'));
const environments = join(folder, 'env');
const directory = join(environments, 'desk', 'state');
const cdkOut = join(folder, 'cdk.out');
let cloud: CloudProcess | undefined;
beforeAll(async () => {
  const desk = join(folder, 'desk');
  mkdirSync(desk);
  writeFileSync(
    join(desk, 'index.js'),
    "exports.handler = async () => { throw new Error('the desk is away'); };\n",
  );
  await buildLayers();
  await synthesise(cdkOut, { desk }, 'test/journey/desk-reader-app.ts');
}, 240_000);
afterAll(async () => {
  await cloud?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const oi = (...args: string[]) => runOi(environments, ...args, '--env', 'desk', '--json').last();

/** Trackers that ask for the same answers, each question until it is answered. */
function trackerOf(answers: Map<string, Set<string>>) {
  const left = Array.from({ length: QUESTIONS }, (_, at) => at);
  return async ({ endpoint }: CloudProcess): Promise<void> => {
    const { region, keys } = endpoint;
    const api = signedApi({
      endpoint: outputsOf(endpoint)['ApiEndpoint']!,
      region,
      credentials: keys.tracker,
    });
    for (let at = left[0]; at !== undefined; at = left[0]) {
      const exchange = at % 3 === 0 ? 'BSE' : 'NSE';
      const timestamp = utcIso(START_MS - at * MINUTE_MS);
      const request = {
        method: 'POST',
        path: '/v1/score',
        body: { exchange, timestamp, features: {} },
      } as const;
      const answer = await api.call<Recommendation>(request);
      answers.set(answer.id, (answers.get(answer.id) ?? new Set()).add(JSON.stringify(answer)));
      left.shift();
    }
  };
}

/** Lets the trackers ask until so many answers were given, then pulls the plug while they go on. */
async function askUntilKilled(
  victim: CloudProcess,
  trackers: readonly ReturnType<typeof trackerOf>[],
  isTime: () => boolean,
): Promise<void> {
  const asking = Promise.allSettled(trackers.map((ask) => ask(victim)));
  const plug = setInterval(() => isTime() && victim.child.kill('SIGKILL'), 1);
  for (const result of await asking) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Temporary);
  }
  clearInterval(plug);
  expect(victim.child.killed).toBe(true);
  await victim.kill();
}

/** Lets minutes pass: windows, visibility timeouts and sweeps. */
async function pass({ control }: CloudProcess, minutes: number): Promise<void> {
  const fromMs = await control.now();
  for (let minute = 1; minute <= minutes; minute++) {
    await control.advanceTo(utcIso(fromMs + minute * MINUTE_MS));
    await control.untilIdle(60);
  }
}

/** Every line of the archive. */
async function archived({ endpoint }: CloudProcess): Promise<ReturnType<typeof readBusEntry>[]> {
  Object.assign(process.env, endpoint.environment);
  const lake = s3ObjectStore(new S3Client({ region: endpoint.region }), outputsOf(endpoint)['LakeBucket']!);
  const keys = await lake.list('recommendations/');
  const texts = await Promise.all(keys.map(async (key) => new TextDecoder().decode(await lake.get(key))));
  return texts.flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => readBusEntry(JSON.parse(line))),
  );
}

const deskLog = () =>
  globSync('logs/**/*', { cwd: directory, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
    .join('\n');

it('every answer is audited and archived once over two kills; a reader that fails holds nobody up and loses nothing', {
  timeout: 240_000,
}, async () => {
  const answers = new Map<string, Set<string>>();
  const trackers = [trackerOf(answers), trackerOf(answers)];
  for (const count of KILLS) {
    cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(START_MS) });
    await askUntilKilled(cloud, trackers, () => answers.size >= count);
  }
  cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(START_MS) });
  await Promise.all(trackers.map((ask) => ask(cloud!)));
  // A question asked by both, and again after a kill, has one answer.
  expect(answers.size).toBe(QUESTIONS);
  expect([...answers.values()].map(({ size }) => size)).toEqual(Array(QUESTIONS).fill(1));

  await pass(cloud, 14);
  const lines = await archived(cloud);
  expect(lines.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
    Array.from({ length: QUESTIONS }, (_, at) => at),
  );
  for (const { record } of lines) {
    const [text] = answers.get(String(record['id']))!;
    expect(leafContent(record)).toBe(leafContent(JSON.parse(text!)));
  }
  expect(oi('audit', 'verify')).toMatchObject({ ok: true, entries: QUESTIONS });

  const ofNse = [...answers.values()]
    .map(([text]) => JSON.parse(text!))
    .filter(({ exchange }) => exchange === 'NSE');
  const waiting = (name: string) =>
    oi('redrive').queues.find(({ queue }: { queue: string }) => queue === name).depth as number;
  expect(waiting('to-desk')).toBeGreaterThanOrEqual(ofNse.length);
  expect(waiting('to-archive')).toBe(0);
  expect(waiting('to-audit')).toBe(0);

  await cloud.end();
  const [code] = globSync('asset.*/index.js', { cwd: cdkOut }).filter((file) =>
    readFileSync(join(cdkOut, file), 'utf8').includes('the desk is away'),
  );
  writeFileSync(
    join(cdkOut, code!),
    "exports.handler = async ({ Records }) => { for (const { body } of Records) console.log('desk heard ' + JSON.parse(body).record.id); };\n",
  );
  const nowMs = START_MS + 20 * MINUTE_MS;
  cloud = await startCloudProcess({ cdkOut, directory, simulated: utcIso(nowMs) });
  expect(oi('redrive', 'to-desk')).toMatchObject({ ok: true });
  await pass(cloud, 2);
  expect(waiting('to-desk')).toBe(0);
  const log = deskLog();
  expect(ofNse.filter(({ id }) => !log.includes(`desk heard ${id}`))).toEqual([]);
  expect(log.match(/desk heard/g)?.length).toBeLessThan(2 * ofNse.length);
  await cloud.end();
});
