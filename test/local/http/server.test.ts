import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpServer, startServer } from '../../../local/http/server.ts';
import type { LocalRequest, LocalResponse } from '../../../local/service.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const errors: unknown[] = [];
async function start(handle?: (request: LocalRequest) => Promise<LocalResponse>, port = 0) {
  const server = await startServer({ port, nowMs: () => 0, onError: (error) => errors.push(error) });
  servers.push(server);
  if (handle !== undefined) server.use({ bodyLimitBytes: () => 1000, handle });
  return { server, url: `http://127.0.0.1:${server.port}` };
}

describe('the server', () => {
  test('hands the request over as it was sent and answers on the cloud’s clock', async () => {
    let seen: LocalRequest | undefined;
    const { url } = await start(async (request) => {
      seen = request;
      return { status: 201, headers: { 'x-a': 'b' }, body: 'done' };
    });
    const answer = await fetch(`${url}/a%20b//c?x=1&x=2`, { method: 'PUT', body: 'body' });
    expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([201, 'b', 'done']);
    expect(answer.headers.get('date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
    expect([seen?.method, seen?.path, seen?.query.getAll('x'), seen?.body.toString()]).toEqual([
      'PUT',
      '/a%20b//c',
      ['1', '2'],
      'body',
    ]);
  });

  test('answers 413 for a body above the limit, stated or not', async () => {
    const { url } = await start(async () => ({ status: 200 }));
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(413);
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(url, { method: 'POST' }, (response) => resolve(response.statusCode));
      sent.on('error', reject);
      for (let chunk = 0; chunk < 11; chunk += 1) sent.write('x'.repeat(100));
      sent.end();
    });
    expect(status).toBe(413);
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200);
  });

  test('refuses a body that says it is too large before it comes, and ends the line it would come on', async () => {
    const { url } = await start(async () => ({ status: 200 }));
    const answer = await new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      const headers = { 'content-length': '1001' };
      const sent = httpRequest(url, { method: 'POST', headers }, ({ statusCode, headers: told }) => {
        resolve([statusCode, told.connection]);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(answer).toEqual([413, 'close']);
  });

  test('answers 500 for an error of its own, tells of it, and goes on', async () => {
    const { url } = await start(async ({ path }) => {
      if (path === '/broken') throw new Error('a bug');
      return { status: 200 };
    });
    expect((await fetch(`${url}/broken`)).status).toBe(500);
    expect(errors.at(-1)).toMatchObject({ message: 'a bug' });
    expect((await fetch(url)).status).toBe(200);
  });

  test('answers 503 until it has a router', async () => {
    const { url } = await start();
    expect((await fetch(url)).status).toBe(503);
  });

  test('takes the next free port', async () => {
    const first = await start();
    const second = await start(undefined, first.server.port);
    expect(second.server.port).toBeGreaterThan(first.server.port);
  });

  test('keeps the length that a HEAD answer states', async () => {
    const { url } = await start(async () => ({ status: 200, headers: { 'content-length': '42' } }));
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe('42');
  });
});
