import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedClock } from '../../../local/clock/switchable.ts';
import { Gateway } from '../../../local/http/gateway.ts';
import { type AccessKey, Roles } from '../../../local/iam/roles.ts';
import type { LocalRequest } from '../../../local/service.ts';
import { createFixture, IDENTITY, type LambdaFixture } from '../lambda/fixture.ts';

const NOW = Date.UTC(2025, 11, 4, 10, 0, 0);
const STAGE = `arn:aws:execute-api:${IDENTITY.region}:${IDENTITY.accountId}:abc/$default`;

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = createFixture();
  fixture.add(
    'who',
    'exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.authorizer.iam.userArn });',
  );
  await fixture.call('who', { requestContext: { authorizer: { iam: {} } } });
});
afterAll(() => fixture.close());

/** An API whose role `tracker` may post scores and read one path, with the lines that it logs. */
function gateway() {
  const roles = new Roles(Buffer.from('seed'));
  const tracker = roles.add('tracker', 'arn:aws:iam::000000000000:role/tracker');
  const Resource = [`${STAGE}/POST/v1/score`, `${STAGE}/GET/v1/health`];
  roles.attach('tracker', { Statement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource } }, 'P');
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const api = new Gateway({
    identity: IDENTITY,
    clock: simulatedClock(NOW),
    lambda: fixture.lambda,
    roles,
    log,
  });
  api.createApi('abc');
  for (const routeKey of ['POST /v1/score', 'GET /v1/health', 'POST /v1/risk', 'ANY /{proxy+}'])
    api.addRoute({ routeKey, functionArn: 'who', isSigned: true, timeoutMs: 5000 });
  return { api, key: tracker.key, lines };
}

async function signed(key: AccessKey, method: string, path: string, body = ''): Promise<LocalRequest> {
  const signer = new SignatureV4({
    credentials: key,
    region: IDENTITY.region,
    service: 'execute-api',
    sha256: Sha256,
  });
  const host = '127.0.0.1:4570';
  const request = { method, protocol: 'http:', hostname: '127.0.0.1', path, headers: { host }, body };
  const { headers } = await signer.sign(request, { signingDate: new Date(NOW) });
  return { method, path, query: new URLSearchParams(), headers, body: Buffer.from(body) };
}

describe('who may call what', () => {
  test('a role calls its routes; the function and the log know who it was', async () => {
    const { api, key, lines } = gateway();
    const answer = await api.handle(await signed(key, 'POST', '/v1/score', '{}'));
    expect([answer.status, String(answer.body)]).toEqual([
      200,
      'arn:aws:sts::000000000000:assumed-role/tracker/local',
    ]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ caller: 'tracker', status: 200 });
  });

  test.each([
    ['another route', 'POST', '/v1/risk'],
    ['its route by another method', 'GET', '/v1/score'],
    ['its route in another spelling', 'POST', '/v1/%73core'],
    ['a path behind its route', 'GET', '/v1/health/x'],
    ['a path that nobody takes', 'GET', '/elsewhere'],
  ])('not %s: 403 that says so', async (_, method, path) => {
    const { api, key, lines } = gateway();
    const answer = await api.handle(await signed(key, method, path));
    expect(answer.status).toBe(403);
    expect(JSON.parse(String(answer.body)).message).toBe(
      `Forbidden: role tracker is not allowed execute-api:Invoke on ${STAGE}/${method}${path}`,
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 403 });
  });

  test('nobody calls a signed route by a signature over another body', async () => {
    const { api, key } = gateway();
    const request = await signed(key, 'POST', '/v1/score', '{}');
    expect((await api.handle({ ...request, body: Buffer.from('{"a":1}') })).status).toBe(403);
  });

  test('what is logged of a request holds no signature, key or body', async () => {
    const { api, key, lines } = gateway();
    await api.handle(await signed(key, 'POST', '/v1/score', '{"note":"secret words"}'));
    await api.handle(await signed(key, 'POST', '/v1/risk'));
    for (const word of [key.accessKeyId, key.secretAccessKey, 'AWS4-HMAC', 'secret words'])
      expect(lines.join('\n')).not.toContain(word);
  });
});
