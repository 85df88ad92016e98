import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotId } from '../../shared/domain/market/identity.ts';
import type { ChainSnapshot } from '../../shared/domain/market/snapshot.ts';
import { aLeg, aSnapshot } from '../factories/snapshot.ts';
import { buildLayers, ROOT, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { snapshotIdsInLake } from './lake-content.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';

const NOW = '2025-12-04T12:35:00+05:30';
const NOW_MS = Date.parse(NOW);
/** The good ones are of an earlier day, minute by minute. */
const DATE = '2025-12-03';
const OPEN_MS = Date.parse(`${DATE}T09:15:00+05:30`);
const BACKFILL = { backfill: 'true' };
const GZIP = { 'content-type': 'application/gzip' };
const MB = 2 ** 20;

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
const accepted: ChainSnapshot[] = [];
let cloud: CloudProcess;
beforeAll(async () => {
  await buildLayers();
  const cdkOut = join(folder, 'cdk.out');
  await synthesise(cdkOut);
  cloud = await startCloudProcess({ cdkOut, directory: join(folder, 'bad', 'state'), simulated: NOW });
}, 240_000);
afterAll(async () => {
  await cloud?.end();
  rmSync(folder, { recursive: true, force: true });
});

const send = (request: RawRequest) => sendRaw(cloud, NOW_MS, request);

/** The next minute of the good day. */
function nextGood(): ChainSnapshot {
  const timestamp = new Date(OPEN_MS + accepted.length * 60_000).toISOString();
  const snapshot = aSnapshot({ timestamp, legs: [aLeg(), aLeg({ option_type: 'PE' })] });
  accepted.push(snapshot);
  return snapshot;
}

async function postGood(): Promise<void> {
  const answer = await send({ query: BACKFILL, body: JSON.stringify(nextGood()) });
  expect(answer).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } });
}

/** A problem that says what is wrong and what to do. */
function expectProblem(answer: RawAnswer, status: number, field: string | undefined, detail: RegExp): void {
  expect(answer.body).toMatchObject({
    status,
    detail: expect.stringMatching(detail),
    instance: '/v1/snapshots',
  });
  expect(answer).toMatchObject({ status, type: 'application/problem+json' });
  expect(answer.body.type).toBe('urn:oi-loop:problem:RejectedInput');
  expect(answer.body.field).toBe(field);
}

const whole = JSON.stringify(aSnapshot());
const packed = new Uint8Array(gzipSync(JSON.stringify(Array.from({ length: 20 }, () => aSnapshot()))));

describe('a body that cannot be read', () => {
  it.each<[string, RawRequest, number, string, RegExp]>([
    ['malformed JSON', { body: '{"schema": 1, exchange' }, 400, 'body', /expected well-formed JSON/],
    ['half a body', { body: whole.slice(0, 200) }, 400, 'body', /well-formed JSON.*send the body whole/],
    ['no body', {}, 400, 'body', /expected JSON, was empty/],
    ['NaN', { body: whole.replace('10.9', 'NaN') }, 400, 'body', /expected well-formed JSON/],
    [
      'half a gzip',
      { body: packed.slice(0, 400), headers: GZIP },
      400,
      'body',
      /expected whole gzip.*send it again/,
    ],
    ['gzip that says JSON', { body: packed }, 400, 'body', /was gzip by its first bytes/],
    [
      'another type',
      { body: whole, headers: { 'content-type': 'text/csv' } },
      415,
      'content-type',
      /expected application\/json.*was text\/csv/,
    ],
    [
      'more than 4 MB',
      { body: `${whole}${' '.repeat(4 * MB)}` },
      413,
      'body',
      /at most 4194304 bytes.*send fewer snapshots or gzip/,
    ],
    [
      'a zip bomb',
      { body: new Uint8Array(gzipSync(Buffer.alloc(70 * MB, 0x20))), headers: GZIP },
      413,
      'body',
      /at most 67108864 bytes unpacked/,
    ],
    ['no snapshot', { body: '"text"' }, 400, 'body', /expected one chain snapshot/],
    ['no snapshots', { body: '[]' }, 400, 'body', /was an empty array/],
  ])('%s', async (_, request, status, field, detail) => {
    expectProblem(await send(request), status, field, detail);
    await postGood();
  });

  it('far above every limit is refused unread', async () => {
    const answer = await send({ body: ' '.repeat(11 * MB) }).catch((error: Error) => error);
    // The server may close the connection while the rest is still on its way.
    if (!(answer instanceof Error)) expect(answer.status).toBe(413);
    await postGood();
  });

  it('that is cut off on its way harms nobody', async () => {
    const { hostname, port } = new URL(outputsOf(cloud.endpoint)['ApiEndpoint']!);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.end(
          `POST /v1/snapshots HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: 5000\r\n\r\n${whole.slice(0, 99)}`,
        );
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
      socket.resume();
    });
    await postGood();
  });
});

describe('a snapshot that is wrong', () => {
  const wrong = (changes: object) => JSON.stringify({ ...aSnapshot(), ...changes });
  const legs = (...changes: object[]) => wrong({ legs: changes.map((change) => ({ ...aLeg(), ...change })) });
  const old = new Date(NOW_MS - 11 * 60_000).toISOString();

  it.each<[string, string, RegExp]>([
    ['unknown exchange', wrong({ exchange: 'NYSE' }), /exchange: expected one of NSE, .*was "NYSE"/],
    ['no legs', wrong({ legs: [] }), /legs: expected 1 or more entries, was an empty array; send the ladder/],
    ['Infinity', whole.replace('10.9', '1e999'), /vix: expected .*was Infinity; send null/],
    ['negative price', legs({ ltp: -5 }), /legs\[0\]\.ltp: expected 0 or more, was -5; send null/],
    ['a text for a number', legs({ oi: 'many' }), /legs\[0\]\.oi: expected .* was "many"/],
    ['a leg twice', legs({}, {}), /legs\[1\]: expected each leg once, was symbol .*; send it once/],
    [
      'eleven minutes off',
      wrong({ timestamp: old }),
      /timestamp: expected within 10 minutes.*check the clock, or mark the request as a backfill/,
    ],
    ['no timestamp', wrong({ timestamp: undefined }), /timestamp: .*was missing; write it with its offset/],
    ['no object', '[7]', /snapshot: expected an object, was 7/],
  ])('%s', async (_, body, reason) => {
    const answer = await send({ body });
    expectProblem(answer, 422, undefined, reason);
    expect(answer.body).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, reason: expect.stringMatching(reason) }],
    });
    await postGood();
  });

  it('takes none of the good ones of its request with it', async () => {
    const body = [nextGood(), { ...aSnapshot(), legs: [] }, nextGood(), null, nextGood()];
    const answer = await send({
      query: BACKFILL,
      body: new Uint8Array(gzipSync(JSON.stringify(body))),
      headers: GZIP,
    });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 3 } });
    expect(answer.body.rejected.map(({ index }: { index: number }) => index)).toEqual([1, 3]);
  });
});

describe('a request that is not allowed', () => {
  it.each<[string, RawRequest, number, RegExp]>([
    [
      'wrong signature',
      { as: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'wrong' } },
      403,
      /Forbidden/,
    ],
    ['unsigned', { as: 'nobody' }, 403, /Forbidden/],
    ['wrong role', { as: 'viewer' }, 403, /Forbidden: role .*viewer.* is not allowed/],
    ['unknown route', { as: 'operator', path: '/v1/snapshot' }, 404, /GET \/v1\/openapi\.json/],
  ])('%s', async (_, request, status, text) => {
    const answer = await send({ body: whole, ...request });
    expect(answer.status).toBe(status);
    expect(answer.body.message ?? answer.body.detail).toMatch(text);
    await postGood();
  });

  it('is refused for a right key with a wrong secret too', async () => {
    const { accessKeyId } = cloud.endpoint.keys.tracker;
    const answer = await send({ body: whole, as: { accessKeyId, secretAccessKey: 'wrong' } });
    expect(answer).toMatchObject({ status: 403, body: { message: expect.stringMatching(/Forbidden/) } });
  });

  it('is told when to come again where there are too many at once', async () => {
    const many = await Promise.all(
      Array.from({ length: 400 }, () => send({ method: 'GET', path: '/v1/nothing' })),
    );
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([403]));
    const posts = await Promise.all(Array.from({ length: 260 }, () => send({ body: '[]' })));
    const throttled = posts.filter(({ status }) => status === 429);
    expect(throttled.length).toBeGreaterThan(0);
    for (const answer of throttled) expect(answer.retryAfter).toBe('1');
    await expect.poll(async () => (await send({ body: '[]' })).status, { timeout: 10_000 }).toBe(400);
  });
});

describe('./oi on wrong input', () => {
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const oi = (...args: string[]) =>
    new Promise<{ code: unknown; said: string }>((resolve) => {
      const env = { ...process.env, OI_ENVIRONMENTS: folder };
      execFile(process.execPath, ['cli/main.ts', ...args], { cwd: ROOT, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, said: stdout + stderr }),
      );
    });

  it.each<[string, () => string[], RegExp]>([
    ['missing file', () => ['backfill', join(folder, 'none.csv'), '--env', 'bad'], /none\.csv.*expected/],
    [
      'no table at all',
      () => ['backfill', file('noise.csv', '\u0000\u0001\u0002'), '--env', 'bad'],
      /noise\.csv.*expected/,
    ],
    ['empty file', () => ['backfill', file('empty.csv', ''), '--env', 'bad'], /empty\.csv.*expected/],
    [
      'wrong header',
      () => ['backfill', file('wrong.csv', 'a,b,c\n1,2,3\n'), '--env', 'bad'],
      /wrong\.csv.*expected/,
    ],
    ['unknown environment', () => ['journey', '--env', 'nosuch'], /nosuch.*run \.\/oi start --env nosuch/],
    ['impossible environment', () => ['journey', '--env', '../etc'], /--env: expected 2 to 16 lower-case/],
    ['unknown command', () => ['journney'], /unknown command.*journ/],
    ['wrong date', () => ['journey', '--date', '2025-02-30', '--env', 'bad'], /calendar date/],
    ['unknown queue', () => ['redrive', 'to-nowhere', '--env', 'bad'], /to-batch, to-feature/],
  ])('%s: exit code 2 and the remedy', async (_, args, remedy) => {
    const { code, said } = await oi(...args());
    expect(said).toMatch(remedy);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});

it('has everything that was accepted in the lake, once, and nothing else', async () => {
  expect(accepted.length).toBeGreaterThan(25);
  await cloud.control.advanceTo(new Date(NOW_MS + 120_000).toISOString());
  await cloud.control.untilIdle(60);
  const stored = await snapshotIdsInLake(cloud, 'NSE', DATE);
  expect(stored.sort()).toEqual(accepted.map(snapshotId).sort());
  expect(await snapshotIdsInLake(cloud, 'NSE', '2025-12-04')).toEqual([]);
});
