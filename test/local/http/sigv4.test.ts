import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifySignature } from '../../../local/http/sigv4.ts';
import type { LocalRequest } from '../../../local/service.ts';

const KEY = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const NOW = Date.UTC(2025, 11, 4, 10, 0, 0);
const scope = { region: 'ap-south-1', service: 'execute-api', nowMs: NOW };
const findKey = (id: string) => (id === KEY.accessKeyId ? KEY : undefined);

interface Parts {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly signedMs?: number;
  readonly service?: string;
}

/** Signs with the AWS SDK's own signer and turns the result into what the server receives. */
async function signed(parts: Parts = {}): Promise<LocalRequest> {
  const {
    method = 'POST',
    path = '/v1/snapshots',
    query = {},
    body = '',
    headers = {},
    signedMs = NOW,
    service = 'execute-api',
  } = parts;
  const uriEscapePath = service !== 's3';
  const signer = new SignatureV4({
    credentials: KEY,
    region: 'ap-south-1',
    service,
    sha256: Sha256,
    uriEscapePath,
  });
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:4570', ...headers },
    body,
  };
  const { headers: sent } = await signer.sign(request, { signingDate: new Date(signedMs) });
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  );
  const lower = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return { method, path, query: search, headers: lower, body: Buffer.from(body) };
}

function withAuthorization(request: LocalRequest, change: (text: string) => string): LocalRequest {
  const authorization = change(String(request.headers.authorization));
  return { ...request, headers: { ...request.headers, authorization } };
}

describe('a signature made by the AWS SDK', () => {
  test('holds for any path, query, header and body', async () => {
    const segment = fc
      .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
      .map(encodeURIComponent)
      .filter((text) => !/^\.+$/.test(text));
    const parts = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
      query: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 6 }),
        fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 3 }),
        ),
      ),
      body: fc.string(),
      headers: fc.record({
        'content-type': fc.constantFrom('application/json', 'text/plain;  charset=utf-8'),
      }),
    });
    await fc.assert(
      fc.asyncProperty(parts, async (given) => {
        expect(verifySignature(await signed(given), scope, findKey)).toBeNull();
      }),
    );
  });

  test('holds for S3, whose path is encoded once and whose body may be unsigned', async () => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const request = await signed({ service: 's3', path: '/lake/a%20b', headers, body: 'x' });
    expect(
      verifySignature({ ...request, body: Buffer.from('changed') }, { ...scope, service: 's3' }, findKey),
    ).toBeNull();
  });

  test.each<[string, (request: LocalRequest) => LocalRequest]>([
    ['method', (request) => ({ ...request, method: 'PUT' })],
    ['path', (request) => ({ ...request, path: '/v1/trades' })],
    ['query', (request) => ({ ...request, query: new URLSearchParams('a=1') })],
    ['body', (request) => ({ ...request, body: Buffer.from('{"b":1}') })],
    ['signed header', (request) => ({ ...request, headers: { ...request.headers, host: 'evil.example' } })],
  ])('does not hold when the %s was changed', async (_, change) => {
    const request = await signed({ body: '{"a":1}' });
    expect(verifySignature(change(request), scope, findKey)).toMatchObject({
      code: 'InvalidSignatureException',
    });
  });

  test('holds today and tomorrow, and with another secret not at all', async () => {
    const tomorrow = NOW + 86_400_000;
    expect(verifySignature(await signed(), scope, findKey)).toBeNull();
    const later = await signed({ signedMs: tomorrow });
    expect(verifySignature(later, { ...scope, nowMs: tomorrow }, findKey)).toBeNull();
    const changed = () => ({ ...KEY, secretAccessKey: 'changed' });
    expect(verifySignature(await signed(), scope, changed)).not.toBeNull();
  });

  test('does not hold after one flipped digit', async () => {
    const request = await signed();
    const authorization = String(request.headers.authorization).replace(/.$/, (digit) =>
      digit === '0' ? '1' : '0',
    );
    expect(
      verifySignature({ ...request, headers: { ...request.headers, authorization } }, scope, findKey),
    ).not.toBeNull();
  });
});

describe('the rest of what is refused', () => {
  test.each([
    [-300_000, null],
    [300_000, null],
    [-301_000, 'RequestExpired'],
    [301_000, 'RequestExpired'],
  ])('a request signed %i ms off the clock: %s', async (offsetMs, code) => {
    const found = verifySignature(await signed({ signedMs: NOW + offsetMs }), scope, findKey);
    expect(found?.code ?? null).toBe(code);
  });

  test.each<[string, (request: LocalRequest) => LocalRequest, string]>([
    ['no Authorization header', (request) => ({ ...request, headers: {} }), 'MissingAuthenticationToken'],
    [
      'another scheme',
      (request) => ({ ...request, headers: { ...request.headers, authorization: 'Bearer x' } }),
      'IncompleteSignature',
    ],
    [
      'no X-Amz-Date',
      (request) => ({ ...request, headers: { authorization: String(request.headers.authorization) } }),
      'IncompleteSignature',
    ],
    [
      'an unknown key',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          authorization: String(request.headers.authorization).replace('AKIATEST', 'AKIAOTHER'),
        },
      }),
      'UnrecognizedClientException',
    ],
    [
      'a stated hash that is not the body’s',
      (request) => ({
        ...request,
        headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
      'InvalidSignatureException',
    ],
  ])('%s', async (_, change, code) => {
    expect(verifySignature(change(await signed()), scope, findKey)).toMatchObject({ code });
  });

  test.each<[string, (request: LocalRequest) => LocalRequest, string, string]>([
    [
      'a signature that leaves its time out',
      (request) => withAuthorization(request, (text) => text.replace(';x-amz-date', '')),
      'IncompleteSignature',
      'expected x-amz-date among SignedHeaders',
    ],
    [
      'a signature that leaves the host out',
      (request) => withAuthorization(request, (text) => text.replace('host;', '')),
      'IncompleteSignature',
      'expected host among SignedHeaders',
    ],
    [
      'a request that names no host',
      ({ headers: { host, ...headers }, ...request }) => ({ ...request, headers }),
      'IncompleteSignature',
      'expected host among SignedHeaders',
    ],
    [
      'a session token that is not signed',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-security-token': 'T' } }),
      'IncompleteSignature',
      'expected x-amz-security-token among SignedHeaders',
    ],
    [
      'a signature in the URL',
      ({ headers: { authorization, ...headers }, ...request }) => ({
        ...request,
        headers,
        query: new URLSearchParams({ 'X-Amz-Signature': String(authorization).slice(-64) }),
      }),
      'MissingAuthenticationToken',
      'was none',
    ],
  ])('%s', async (_, change, code, message) => {
    expect(verifySignature(change(await signed()), scope, findKey)).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test('a session token, since the keys here belong to no session', async () => {
    const request = await signed({ headers: { 'x-amz-security-token': 'T' } });
    expect(verifySignature(request, scope, findKey)).toMatchObject({ code: 'UnrecognizedClientException' });
  });

  test('a body that is left unsigned, though all else is, for every service but S3', async () => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    for (const service of ['execute-api', 'dynamodb', 'sqs']) {
      const request = await signed({ service, headers, body: '{"a":1}' });
      expect(verifySignature(request, { ...scope, service }, findKey)).toMatchObject({
        code: 'InvalidSignatureException',
        message: 'expected X-Amz-Content-Sha256 to be the hash of the body',
      });
    }
  });

  test('whatever stands in the header, and never an exception', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=[A-Z/0-9]{0,40}, SignedHeaders=[a-z;-]{0,40}, Signature=[0-9a-f]{60,66}$/,
      ),
    );
    fc.assert(
      fc.property(header, fc.string({ maxLength: 20 }), (authorization, date) => {
        const headers = { authorization, host: 'x', 'x-amz-date': date };
        const request = {
          method: 'GET',
          path: '/%',
          query: new URLSearchParams('a=%FF'),
          headers,
          body: Buffer.alloc(0),
        };
        expect(verifySignature(request, scope, findKey)).not.toBeNull();
      }),
    );
  });

  test('a signature for another service or region', async () => {
    const request = await signed({ service: 'sqs' });
    expect(verifySignature(request, scope, findKey)?.message).toBe(
      'expected credential scope 20251204/ap-south-1/execute-api, was 20251204/ap-south-1/sqs',
    );
  });
});
