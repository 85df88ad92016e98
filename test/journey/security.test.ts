import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callersOf } from '../../bench/parts/fuzz/good.ts';
import { SPOILT } from '../../bench/parts/fuzz/requests.ts';
import { runFuzz } from '../../bench/parts/fuzz/run.ts';
import { openWire, signedWire, type Wire, type WireRequest } from '../../bench/parts/fuzz/wire.ts';
import { API_ROUTES } from '../../functions/read/api-routes.ts';
import { aSnapshot } from '../factories/snapshot.ts';
import { buildLayers, synthesise } from '../infra/synthesise.ts';
import { type CloudProcess, outputsOf, startCloudProcess } from './cloud-process.ts';
import { snapshotIdsInLake } from './lake-content.ts';

const START = '2026-01-06T10:05:00+05:30';
const MINUTE_MS = 60_000;
const FUZZED = 1000;
const folder = mkdtempSync(join(tmpdir(), 'security-'));
const directory = join(folder, 'state');

let cloud: CloudProcess;
let wire: Wire;
/** Where the cloud's clock stands. */
let nowMs = Date.parse(START);
beforeAll(async () => {
  await buildLayers();
  const cdkOut = join(folder, 'cdk.out');
  await synthesise(cdkOut, { requestRate: '1000000' });
  cloud = await startCloudProcess({ cdkOut, directory, simulated: START });
  wire = openWire(outputsOf(cloud.endpoint)['ApiEndpoint'] as string, 8);
}, 240_000);
afterAll(async () => {
  wire?.close();
  await cloud?.end();
  rmSync(folder, { recursive: true, force: true });
});

const asJson = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});
const request = (method: string, path: string, more: Partial<WireRequest> = {}): WireRequest => ({
  ...{ method, path, query: '', headers: {}, body: null },
  ...more,
});

type Role = 'tracker' | 'operator' | 'viewer';
const signed = (one: WireRequest, role: Role, atMs = nowMs) =>
  signedWire(one, wire.host, {
    ...{ atMs, region: cloud.endpoint.region, service: 'execute-api' },
    key: cloud.endpoint.keys[role],
  });
const send = async (one: WireRequest) => {
  const answer = await wire.send(one, 60_000);
  const isJson = String(answer.headers['content-type']).includes('json');
  return { ...answer, body: isJson && answer.text !== '' ? JSON.parse(answer.text) : answer.text };
};
const ask = (role: Role, one: WireRequest) => send(signed(one, role));

describe('who may call what', () => {
  const callers = ['nobody', 'tracker', 'operator', 'viewer'] as const;
  const table = API_ROUTES.flatMap((route) => callers.map((caller) => [route, caller] as const));
  // A body that every route refuses for what it says: whether the caller may ask is all that counts here.
  const bodyOf = (method: string) => (method === 'post' ? asJson('no body of any route') : {});

  it.each(
    table.map(([route, caller]) => ({ route, caller, name: `${route.method} ${route.path} as ${caller}` })),
  )('$name', async ({ route, caller }) => {
    const one = request(
      route.method.toUpperCase(),
      route.path.replace(/\{\w+\}/g, 'NSE'),
      bodyOf(route.method),
    );
    const answer = caller === 'nobody' ? await send(one) : await ask(caller, one);
    if (!callersOf(route).includes(caller)) {
      expect(answer).toMatchObject({ status: 403, body: { message: expect.stringMatching(/^Forbidden/) } });
    } else if (route.method === 'post') expect([400, 422]).toContain(answer.status);
    else expect([200, 400, 404]).toContain(answer.status);
  });

  it('is the same for whatever is below or beside a route', async () => {
    for (const path of ['/v1/recommendations/x', '/v1/health/x', '/v1/healthx', '/v1/risk%20']) {
      expect((await ask('tracker', request('GET', path))).status, path).toBe(403);
    }
    expect((await ask('viewer', request('POST', '/v1/nothing'))).status).toBe(403);
    expect((await ask('operator', request('DELETE', '/v1/risk'))).status).toBe(403);
  });
});

describe('a signature', () => {
  const health = request('GET', '/v1/health');

  it.each([-299, -1, 0, 1, 299])('holds %i seconds off the cloud’s own clock', async (seconds) => {
    expect((await send(signed(health, 'viewer', nowMs + seconds * 1000))).status).toBe(200);
  });

  it.each([-86_400, -301, 301, 86_400])('is refused %i seconds off it', async (seconds) => {
    const answer = await send(signed(health, 'viewer', nowMs + seconds * 1000));
    expect(answer).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/Signature expired/) },
    });
  });

  it('of the machine’s time is refused where the cloud’s clock says another', async () => {
    expect((await send(signed(health, 'viewer', Date.now()))).status).toBe(403);
  });

  it('grows old as the cloud’s time passes, and not as the machine’s does', async () => {
    const one = signed(health, 'viewer');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await send(one)).status).toBe(200);
    nowMs += 5 * MINUTE_MS;
    await cloud.control.advanceTo(new Date(nowMs).toISOString());
    expect((await send(one)).status).toBe(200);
    nowMs += 1000;
    await cloud.control.advanceTo(new Date(nowMs).toISOString());
    expect((await send(one)).status).toBe(403);
  });

  it('in the URL opens nothing, here or behind a gateway that takes it', async () => {
    const { headers } = signed(health, 'viewer');
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${String(headers['authorization']).slice(-64)}`;
    expect((await send({ ...health, query })).status).toBe(403);
    for (const one of [
      request('GET', '/v1/health', { query }),
      request('POST', '/v1/score', { ...asJson({}), query }),
    ]) {
      expect(await ask('operator', one)).toMatchObject({
        status: 400,
        body: { type: 'urn:oi-loop:problem:RejectedInput', detail: expect.stringMatching(/X-Amz-/) },
      });
    }
  });
});

describe('the very same request sent twice', () => {
  const twice = async (one: WireRequest) => {
    const copy = signed(one, 'tracker');
    return [await send(copy), await send(copy)] as const;
  };

  it('stores a snapshot once', async () => {
    const snapshot = aSnapshot({ timestamp: '2026-01-05T10:00:00+05:30', expiry: '2026-01-06' });
    const [first, second] = await twice(
      request('POST', '/v1/snapshots', { ...asJson(snapshot), query: 'backfill=true' }),
    );
    expect([first.status, second.status]).toEqual([202, 202]);
    nowMs += 3 * MINUTE_MS;
    await cloud.control.advanceTo(new Date(nowMs).toISOString());
    await cloud.control.untilIdle(120);
    expect(await snapshotIdsInLake(cloud, 'NSE', '2026-01-05')).toHaveLength(1);
  });

  it('gives the first answer again', async () => {
    const [first, second] = await twice(
      request('POST', '/v1/score', asJson({ exchange: 'NSE', features: { vix: 11 }, timestamp: START })),
    );
    expect(first.status).toBe(200);
    expect(second.body.id).toBe(first.body.id);
    const listed = await ask(
      'tracker',
      request('GET', '/v1/recommendations', { query: 'date=2026-01-06&limit=500' }),
    );
    const ids = listed.body.recommendations.map(({ id }: { id: string }) => id);
    expect(ids.filter((id: string) => id === first.body.id)).toHaveLength(1);
  });

  it('stores a trade once', async () => {
    const trade = { trade_id: 'T-1', status: 'rejected', origin: 'manual', reason: 'late', timestamp: START };
    const [first, second] = await twice(request('POST', '/v1/trades', asJson(trade)));
    expect([first.body.stored, second.body.stored]).toEqual([true, false]);
  });
});

describe('what the API does not know', () => {
  it('is refused in its own words, with what it does know', async () => {
    expect(await ask('operator', request('GET', '/v1/nothing'))).toMatchObject({
      status: 404,
      body: { type: 'urn:oi-loop:problem:NotFound', status: 404, instance: '/v1/nothing' },
    });
    const answer = await ask('operator', request('POST', '/v1/health', asJson({})));
    expect(answer).toMatchObject({
      status: 405,
      body: { type: 'urn:oi-loop:problem:RejectedInput', field: 'method' },
    });
    expect(answer.headers['allow']).toBe('GET');
  });

  it.each([
    ['GET', '/v1/health', 'exchnage=NSE', /exchnage/],
    ['GET', '/metrics', 'x=1', /x/],
    ['GET', '/v1/health', 'limit=1&limit=2', /limit/],
    ['POST', '/v1/snapshots', 'backfil=true', /backfil/],
    ['POST', '/v1/snapshots', 'backfill=yes', /expected true or false/],
    ['POST', '/v1/score', 'probe=true', /no query parameters/],
  ])('%s %s?%s is a parameter that is refused', async (method, path, query, words) => {
    const more = method === 'POST' ? asJson(aSnapshot()) : {};
    expect(await ask('operator', request(method, path, { ...more, query }))).toMatchObject({
      status: 400,
      body: { type: 'urn:oi-loop:problem:RejectedInput', detail: expect.stringMatching(words) },
    });
  });

  it('is a head that is too long', async () => {
    const long = { 'x-long': 'x'.repeat(11_000) };
    expect((await ask('operator', request('GET', '/v1/health', { headers: long }))).status).toBe(431);
  });
});

it(`answers ${FUZZED} fuzzed requests as each deserves, and keeps what it took and nothing else`, async () => {
  nowMs += 10 * MINUTE_MS;
  await cloud.control.advanceTo(new Date(nowMs).toISOString());
  const report = await runFuzz({
    ...{ cloud, directory, nowMs, requests: FUZZED, seed: 20_260_106 },
    // API Gateway's own limit: a test shares its machine with others.
    hangMs: 30_000,
  });
  expect(report.failures.map(({ kind, why, again }) => ({ kind, why, again }))).toEqual([]);
  expect(report.differences).toEqual([]);
  expect(report.leaks).toEqual([]);
  expect(report.sent).toBe(FUZZED);
  const kinds = Object.keys(report.kinds);
  for (const spoilt of SPOILT) expect(kinds).toContain(`spoilt: ${spoilt}`);
  for (const kind of ['valid', 'mutated JSON', 'unsigned', 'replayed late', 'another path'])
    expect(kinds).toContain(kind);
  expect(report.replays.inTime).toBeGreaterThan(0);
  expect(report.kept.snapshots).toBeGreaterThan(10);
  expect(report.kept.records).toBeGreaterThan(10);
}, 480_000);
