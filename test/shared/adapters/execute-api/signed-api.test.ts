import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signedApi } from '../../../../shared/adapters/execute-api/signed-api.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server;
let endpoint: string;
let received: Received[];
let answers: Answer[];
let otherwise: (request: Received) => Answer;

beforeEach(async () => {
  received = [];
  answers = [];
  otherwise = () => ({ status: 200 });
  server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks) };
    received.push(request);
    const answer = answers.shift() ?? otherwise(request);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const credentials = { accessKeyId: 'AKTRACKER', secretAccessKey: 'secret' };
const api = () => signedApi({ endpoint, region: 'ap-south-1', credentials });
const signedAtMs = ({ headers }: Received) => {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
};

describe('signedApi: requests', () => {
  it('signs for execute-api in its region with the key of the caller', async () => {
    await api().call({ method: 'GET', path: '/v1/health' });
    const [{ headers }] = received as [Received];
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKTRACKER\/\d{8}\/ap-south-1\/execute-api\/aws4_request, SignedHeaders=host;.*, Signature=[0-9a-f]{64}$/,
    );
  });

  it('sends a small body as JSON and a large one as gzip', async () => {
    const large = { legs: Array.from({ length: 300 }, (_, strike) => ({ strike })) };
    await api().call({ method: 'POST', path: '/v1/score', body: { small: 'ü' } });
    await api().call({ method: 'POST', path: '/v1/snapshots', body: large });
    const [first, second] = received as [Received, Received];
    expect(first.headers['content-type']).toBe('application/json');
    expect(JSON.parse(first.body.toString())).toEqual({ small: 'ü' });
    expect(second.headers['content-type']).toBe('application/gzip');
    expect(JSON.parse(gunzipSync(second.body).toString())).toEqual(large);
    expect(second.headers['content-length']).toBe(String(second.body.length));
  });

  it('writes a query so that plus, space and colon mean what they are', async () => {
    const query = { at: '2025-12-04T12:35:00+05:30', reason: 'a b&c=d*' };
    await api().call({ method: 'GET', path: '/v1/models/NSE/live', query });
    const { url } = received[0]!;
    expect(url).not.toContain('+');
    expect(Object.fromEntries(new URL(url, endpoint).searchParams)).toEqual(query);
  });
});

describe('signedApi: answers', () => {
  it('gives parsed JSON, text as text, and undefined-free emptiness', async () => {
    answers = [
      { status: 202, body: '{"accepted":1}' },
      { status: 200, body: '# HELP', headers: { 'content-type': 'text/plain' } },
      { status: 200, body: '' },
    ];
    const get = () => api().call({ method: 'GET', path: '/x' });
    expect([await get(), await get(), await get()]).toEqual([{ accepted: 1 }, '# HELP', '']);
  });

  it('gives the answer to a request of which every part was refused', async () => {
    answers = [{ status: 422, body: '{"accepted":0,"rejected":[{"index":0,"reason":"legs"}]}' }];
    const answer = await api().call({ method: 'POST', path: '/v1/snapshots', body: [] });
    expect(answer).toEqual({ accepted: 0, rejected: [{ index: 0, reason: 'legs' }] });
  });

  it.each([
    [400, 'RejectedInput'],
    [403, 'RejectedInput'],
    [404, 'NotFound'],
    [409, 'Conflict'],
    [413, 'RejectedInput'],
    [429, 'Throttled'],
    [500, 'Temporary'],
    [503, 'Temporary'],
  ])('throws for %i the error that says who must act', async (status, name) => {
    answers = [{ status, body: '{"detail":"vix: expected a number"}' }];
    await expect(api().call({ method: 'POST', path: '/v1/score' })).rejects.toMatchObject({
      name,
      message: 'POST /v1/score: vix: expected a number',
    });
  });

  it.each([
    ['12', 12],
    ['0', 1],
    ['0.2', 1],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 1],
    [undefined, 1],
  ])('waits out Retry-After %s as %i seconds', async (header, retryAfterS) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
    answers = [{ status: 429, body: '{"message":"Too Many Requests"}', headers }];
    const call = api().call({ method: 'POST', path: '/v1/snapshots' });
    await expect(call).rejects.toMatchObject({ name: 'Throttled', retryAfterS });
  });

  it('says what was said, whatever its form', async () => {
    answers = [
      { status: 403, body: '{"message":"Forbidden"}' },
      { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
      { status: 504, body: '' },
    ];
    const message = () =>
      api()
        .call({ method: 'GET', path: '/x' })
        .then(String, (error: Error) => error.message);
    expect([await message(), await message(), await message()]).toEqual([
      'GET /x: Forbidden',
      'GET /x: <html>',
      'GET /x: HTTP 504',
    ]);
  });

  it('is Temporary when nobody listens', async () => {
    const nobody = signedApi({ endpoint: 'http://127.0.0.1:1', region: 'ap-south-1', credentials });
    await expect(nobody.call({ method: 'GET', path: '/v1/health' })).rejects.toMatchObject({
      name: 'Temporary',
      message: 'GET /v1/health: the API is out of reach',
    });
  });
});

describe('signedApi: clocks that differ', () => {
  const serverMs = Date.UTC(2025, 11, 4, 7, 5);
  const refused = {
    status: 403,
    headers: { date: new Date(serverMs).toUTCString() },
    body: '{"message":"Signature expired"}',
  };

  it('takes the time of the answer, asks again, and keeps it', async () => {
    answers = [refused, { status: 200, body: '{"ok":true}' }, { status: 200, body: '{"ok":true}' }];
    const client = api();
    expect(await client.call({ method: 'POST', path: '/v1/score', body: { a: 1 } })).toEqual({ ok: true });
    await client.call({ method: 'GET', path: '/v1/health' });
    expect(received).toHaveLength(3);
    expect(Math.abs(signedAtMs(received[0]!) - Date.now())).toBeLessThan(60_000);
    for (const later of received.slice(1))
      expect(Math.abs(signedAtMs(later) - serverMs)).toBeLessThan(60_000);
    expect(JSON.parse(received[1]!.body.toString())).toEqual({ a: 1 });
  });

  it('takes the time for every one of several calls at once', async () => {
    otherwise = (request) => (Math.abs(signedAtMs(request) - serverMs) < 60_000 ? { status: 200 } : refused);
    const client = api();
    const calls = ['/a', '/b', '/c'].map((path) => client.call({ method: 'GET', path }));
    expect(await Promise.all(calls)).toEqual([{}, {}, {}]);
  });

  it('asks again only once, and not where the clocks agree', async () => {
    answers = [refused, refused, { status: 200 }];
    const call = () => api().call({ method: 'GET', path: '/x' });
    await expect(call()).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(received).toHaveLength(2);
    answers = [{ ...refused, headers: { date: new Date().toUTCString() } }];
    await expect(call()).rejects.toMatchObject({ name: 'RejectedInput' });
    expect(received).toHaveLength(3);
  });
});
