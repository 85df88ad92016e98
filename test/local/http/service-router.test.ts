import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeEach, describe, expect, test } from 'vitest';
import { type SwitchableClock, simulatedClock } from '../../../local/clock/switchable.ts';
import { routeToService, type ServiceRouterOptions } from '../../../local/http/service-router.ts';
import { type Role, Roles } from '../../../local/iam/roles.ts';
import type { LocalRequest, LocalResponse } from '../../../local/service.ts';
import { IDENTITY } from '../lambda/fixture.ts';

const NOW = Date.UTC(2025, 11, 4);

let clock: SwitchableClock;
let role: Role;
let seen: LocalRequest[];
let answer: LocalResponse;
let options: ServiceRouterOptions;

beforeEach(() => {
  clock = simulatedClock(NOW);
  const roles = new Roles(Buffer.from('seed'));
  role = roles.add('r', 'arn:aws:iam::000000000000:role/r');
  const Resource = ['arn:aws:s3:::lake/*', 'arn:aws:sqs:ap-south-1:000000000000:q'];
  roles.attach(
    'r',
    { Statement: { Effect: 'Allow', Action: ['s3:GetObject', 'sqs:SendMessage'], Resource } },
    'P',
  );
  seen = [];
  answer = { status: 200, body: 'served' };
  const service = {
    handle: async (request: LocalRequest) => {
      seen.push(request);
      return answer;
    },
  };
  const names = ['dynamodb', 'lambda', 's3', 'scheduler', 'sns', 'sqs', 'ssm', 'states'] as const;
  const services = Object.fromEntries(
    names.map((name) => [name, service]),
  ) as unknown as ServiceRouterOptions['services'];
  options = { identity: IDENTITY, clock, roles, services };
});

async function send(service: string, path: string, body = '', target?: string) {
  const signer = new SignatureV4({
    credentials: role.key,
    region: IDENTITY.region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const method = body === '' ? 'GET' : 'POST';
  const headers = { host: '127.0.0.1:4570', ...(target === undefined ? {} : { 'x-amz-target': target }) };
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: `/aws/${service}${path}`,
    headers,
    body,
  };
  const signed = await signer.sign(request, { signingDate: new Date(NOW) });
  const lower = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const received = {
    method,
    path: request.path,
    query: new URLSearchParams(),
    headers: lower,
    body: Buffer.from(body),
  };
  return routeToService(received, options);
}

describe('a request to a service', () => {
  test('reaches it without its prefix once the role allows it', async () => {
    expect(await send('s3', '/lake/a%20b')).toEqual(answer);
    expect(seen[0]?.path).toBe('/lake/a%20b');
  });

  test('does not reach it when the role does not', async () => {
    const input = JSON.stringify({ QueueUrl: 'http://127.0.0.1:1/000000000000/other' });
    const refused = await send('sqs', '/', input, 'AmazonSQS.SendMessage');
    expect(refused.status).toBe(403);
    expect(String(refused.body)).toContain(
      'User: arn:aws:iam::000000000000:role/r is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:ap-south-1:000000000000:other',
    );
    expect(seen).toEqual([]);
  });

  test('does not reach it without a signature', async () => {
    const bare = {
      method: 'GET',
      path: '/aws/s3/lake/a',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
    };
    const refused = await routeToService(bare, options);
    expect([refused.status, String(refused.body)]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code>'),
    ]);
    expect(seen).toEqual([]);
  });

  test('hides that an object is missing from who may not list', async () => {
    answer = { status: 404, body: 'NoSuchKey' };
    const refused = await send('s3', '/lake/missing');
    expect([refused.status, String(refused.body)]).toEqual([403, expect.stringContaining('s3:ListBucket')]);
    options.roles.attach(
      'r',
      { Statement: { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::lake' } },
      'P',
    );
    expect(await send('s3', '/lake/missing')).toEqual(answer);
  });

  test('is signed for that service and no other', async () => {
    const signer = new SignatureV4({
      credentials: role.key,
      region: IDENTITY.region,
      service: 'sns',
      sha256: Sha256,
    });
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/aws/ssm/',
      headers: { host: 'x' },
    };
    const { headers } = await signer.sign(request, { signingDate: new Date(NOW) });
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const refused = await routeToService(
      {
        method: 'GET',
        path: '/aws/ssm/',
        query: new URLSearchParams(),
        headers: lower,
        body: Buffer.alloc(0),
      },
      options,
    );
    expect(String(refused.body)).toContain(
      'expected credential scope 20251204/ap-south-1/ssm, was 20251204/ap-south-1/sns',
    );
  });
});
