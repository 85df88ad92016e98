import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../../local/clock/switchable.ts';
import { Gateway } from '../../../local/http/gateway.ts';
import { Roles } from '../../../local/iam/roles.ts';
import type { LocalRequest } from '../../../local/service.ts';
import { createFixture, IDENTITY, type LambdaFixture } from '../lambda/fixture.ts';

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = createFixture();
  fixture.add('echo', 'exports.handler = async (event) => ({ statusCode: 200, body: event.routeKey });');
  fixture.add('slow', 'exports.handler = async () => new Promise((resolve) => setTimeout(resolve, 300));');
  fixture.add(
    'single',
    'exports.handler = async () => new Promise((resolve) => setTimeout(resolve, 200, 1));',
    { reservedConcurrency: 1 },
  );
  // Routes of these tests wait for 100 ms only: a cold start takes longer.
  await Promise.all(['echo', 'slow', 'single'].map((name) => fixture.call(name)));
});
afterAll(() => fixture.close());

function gateway(...routes: [routeKey: string, functionArn: string, isSigned?: boolean][]) {
  const clock = realClock();
  const lines: string[] = [];
  const made = new Gateway({
    identity: IDENTITY,
    clock,
    lambda: fixture.lambda,
    roles: new Roles(Buffer.from('s')),
    log: (line) => lines.push(line),
  });
  made.createApi('abc');
  for (const [routeKey, functionArn, isSigned = false] of routes)
    made.addRoute({ routeKey, functionArn, isSigned, timeoutMs: 100 });
  return { gateway: made, lines };
}
const get = (path: string, body = ''): LocalRequest => ({
  method: 'GET',
  path,
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from(body),
});

describe('the HTTP API', () => {
  test('answers through the function of the route, and logs the request', async () => {
    const { gateway: api, lines } = gateway(['GET /a', 'echo']);
    const answer = await api.handle(get('/a'));
    expect([answer.status, String(answer.body)]).toEqual([200, 'GET /a']);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      id: answer.headers?.['apigw-requestid'],
      route: 'GET /a',
      status: 200,
    });
  });

  test.each<[string, Parameters<typeof gateway>, LocalRequest, number, string]>([
    ['404 without a route', [], get('/a'), 404, 'Not Found'],
    [
      '403 without a signature',
      [['GET /a', 'echo', true]],
      get('/a'),
      403,
      'Forbidden: expected an AWS Signature',
    ],
    [
      '413 for an event above 6 MB',
      [['GET /a', 'echo']],
      get('/a', 'x'.repeat(6 * 2 ** 20)),
      413,
      'Request Entity Too Large',
    ],
    ['503 when the function takes too long', [['GET /a', 'slow']], get('/a'), 503, 'Service Unavailable'],
  ])('%s', async (_, routes, request, status, message) => {
    const answer = await gateway(...routes).gateway.handle(request);
    expect(answer.status).toBe(status);
    expect(JSON.parse(String(answer.body)).message).toContain(message);
  });

  test('503 when the function’s reserved concurrency is used up', async () => {
    const { gateway: api } = gateway(['GET /a', 'single']);
    const running = fixture.call('single');
    expect((await api.handle(get('/a'))).status).toBe(503);
    await running;
  });

  test('429 beyond the stage’s throttle, with when to come back', async () => {
    const { gateway: api } = gateway(['GET /a', 'echo']);
    api.setThrottle({ burstLimit: 2, rateLimit: 0.001 });
    const answers = [await api.handle(get('/a')), await api.handle(get('/a')), await api.handle(get('/a'))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers).toMatchObject({ 'retry-after': '1' });
  });

  test('a route with a limit of its own is held by that alone, and holds no other', async () => {
    const { gateway: api } = gateway(['GET /a', 'echo'], ['GET /b', 'echo']);
    api.setThrottle({ burstLimit: 1, rateLimit: 0.001 });
    api.setThrottle({ burstLimit: 2, rateLimit: 0.001 }, 'GET /b');
    const statuses: number[] = [];
    for (const path of ['/b', '/b', '/b', '/a', '/a', '/b'])
      statuses.push((await api.handle(get(path))).status);
    expect(statuses).toEqual([200, 200, 429, 200, 429, 429]);
  });

  test.each<[string, Partial<LocalRequest>, number]>([
    ['as long as it may be', { headers: { a: 'x'.repeat(10_200) } }, 200],
    ['a header longer', { headers: { a: 'x'.repeat(10_240) } }, 431],
    ['several headers longer together', { headers: { a: 'x'.repeat(6000), b: 'y'.repeat(6000) } }, 431],
    ['a query longer', { query: new URLSearchParams({ a: 'x'.repeat(10_240) }) }, 431],
  ])('request line and header values: %s', async (_, head, status) => {
    const { gateway: api } = gateway(['GET /a', 'echo']);
    expect((await api.handle({ ...get('/a'), ...head })).status).toBe(status);
  });

  test('is one', () => {
    expect(() => gateway().gateway.createApi('def')).toThrow(
      'expected one HTTP API in all stacks, was abc and def',
    );
  });
});
