import { describe, expect, test } from 'vitest';
import { httpApiEvent } from '../../../local/http/api-event.ts';
import { httpApiResponse } from '../../../local/http/api-response.ts';
import type { LocalRequest } from '../../../local/service.ts';

const role = {
  name: 'Tracker',
  arn: 'arn:role',
  apiRole: 'tracker',
  key: { accessKeyId: 'AKIA', secretAccessKey: 's' },
};
const context = {
  accountId: '000000000000',
  region: 'ap-south-1',
  apiId: 'abc',
  routeKey: 'POST /v1/models/{exchange}/live',
  pathParameters: { exchange: 'NSE' },
  caller: role,
  requestId: 'id',
  nowMs: Date.UTC(2025, 11, 4, 10, 0, 0),
};
const request = (more: Partial<LocalRequest> = {}): LocalRequest => ({
  method: 'POST',
  path: '/v1/models/NSE/live',
  query: new URLSearchParams('at=1&tag=a&tag=b'),
  headers: {
    'content-type': 'application/json',
    'user-agent': 'tracker/1',
    cookie: 'a=1; b=2',
    'x-list': 'p, q',
  },
  body: Buffer.from('{"ü":1}'),
  ...more,
});

describe('httpApiEvent', () => {
  test('is payload format 2.0, whole', () => {
    expect(httpApiEvent(request(), context)).toEqual({
      version: '2.0',
      routeKey: 'POST /v1/models/{exchange}/live',
      rawPath: '/v1/models/NSE/live',
      rawQueryString: 'at=1&tag=a&tag=b',
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'application/json', 'user-agent': 'tracker/1', 'x-list': 'p, q' },
      queryStringParameters: { at: '1', tag: 'a,b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc',
        authorizer: {
          iam: {
            accessKey: 'AKIA',
            accountId: '000000000000',
            callerId: 'Tracker:local',
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: 'arn:aws:sts::000000000000:assumed-role/Tracker/local',
            userId: 'Tracker:local',
          },
        },
        domainName: 'abc.execute-api.ap-south-1.amazonaws.com',
        domainPrefix: 'abc',
        http: {
          method: 'POST',
          path: '/v1/models/NSE/live',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tracker/1',
        },
        requestId: 'id',
        routeKey: 'POST /v1/models/{exchange}/live',
        stage: '$default',
        time: '04/Dec/2025:10:00:00 +0000',
        timeEpoch: 1764842400000,
      },
      pathParameters: { exchange: 'NSE' },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  test('leaves out what a request does not have', () => {
    const bare = request({ query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) });
    const event = httpApiEvent(bare, { ...context, pathParameters: {}, caller: undefined });
    for (const absent of ['cookies', 'queryStringParameters', 'pathParameters', 'body'])
      expect(event).not.toHaveProperty(absent);
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test.each([
    ['application/gzip', undefined, true],
    ['application/octet-stream', undefined, true],
    ['application/json', 'gzip', true],
    ['application/json; charset=utf-8', undefined, false],
    ['text/csv', 'identity', false],
  ])('a body of %s in %s is base64: %s', (contentType, encoding, expected) => {
    const headers = {
      'content-type': contentType,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    };
    const event = httpApiEvent(request({ headers, body: Buffer.from([0x1f, 0x8b, 0xff]) }), context);
    expect(event.isBase64Encoded).toBe(expected);
    if (expected) expect(event.body).toBe('H4v/');
  });
});

describe('httpApiResponse', () => {
  const respond = (answer: unknown) => httpApiResponse({ ok: true, payload: JSON.stringify(answer) });

  test('takes status, headers and body', () => {
    const { status, headers, body } = respond({
      statusCode: 202,
      headers: { 'X-A': 1, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([status, headers, String(body)]).toEqual([
      202,
      { 'x-a': '1', 'content-type': 'application/json' },
      '{}',
    ]);
  });

  test('decodes a base64 body', () => {
    expect(respond({ statusCode: 200, body: 'H4v/', isBase64Encoded: true }).body).toEqual(
      Buffer.from([0x1f, 0x8b, 0xff]),
    );
  });

  test('takes an answer without a status as the body itself', () => {
    expect(respond({ a: 1 })).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
  });

  test.each([
    ['a failed invocation', httpApiResponse({ ok: false, error: { errorType: 'E', errorMessage: 'm' } })],
    ['a status that is none', respond({ statusCode: 'x' })],
    ['a body that is no text', respond({ statusCode: 200, body: { a: 1 } })],
  ])('%s is 500', (_, { status, body }) => {
    expect([status, body]).toEqual([500, '{"message":"Internal Server Error"}']);
  });
});
