import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAYLOAD_LIMIT_BYTES } from '../../../local/lambda/definition.ts';
import { createFixture, type LambdaFixture } from './fixture.ts';

let fixture: LambdaFixture;
beforeAll(() => {
  fixture = createFixture();
  fixture.add(
    'echo',
    "exports.handler = async (event) => { if (event.fail) throw new Error('no'); return event; };",
  );
});
afterAll(() => fixture.close());

function send(name: string, body: string, headers: Record<string, string> = {}, method = 'POST') {
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  return fixture.lambda.handle({
    method,
    path,
    query: new URLSearchParams(),
    headers,
    body: Buffer.from(body),
  });
}

test('RequestResponse answers the payload', async () => {
  const answer = await send('echo', '{"a":1}');
  expect(answer).toMatchObject({
    status: 200,
    body: '{"a":1}',
    headers: { 'x-amz-executed-version': '$LATEST' },
  });
  expect(answer.headers).not.toHaveProperty('x-amz-function-error');
});

test('an error of the function is 200 with a header that says so', async () => {
  const answer = await send('arn:aws:lambda:ap-south-1:000000000000:function:echo', '{"fail":true}');
  expect(answer).toMatchObject({ status: 200, headers: { 'x-amz-function-error': 'Unhandled' } });
  expect(JSON.parse(String(answer.body))).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
});

test('Event is taken over: 202 without a body', async () => {
  const answer = await send('echo', '{}', { 'x-amz-invocation-type': 'Event' });
  expect(answer.status).toBe(202);
  expect(answer.body).toBeUndefined();
});

test.each<[string, [string, string, Record<string, string>?, string?], number, string]>([
  ['an unknown function', ['nobody', '{}'], 404, 'ResourceNotFoundException'],
  ['a body that is no JSON', ['echo', '{'], 400, 'InvalidRequestContentException'],
  ['a body above 6 MB', ['echo', `"${'x'.repeat(PAYLOAD_LIMIT_BYTES)}"`], 413, 'RequestTooLargeException'],
  [
    'an unknown invocation type',
    ['echo', '{}', { 'x-amz-invocation-type': 'DryRun' }],
    400,
    'InvalidParameterValueException',
  ],
  ['another operation', ['echo', '{}', {}, 'GET'], 404, 'UnknownOperationException'],
])('refuses %s', async (_, request, status, type) => {
  expect(await send(...request)).toMatchObject({ status, headers: { 'x-amzn-errortype': type } });
});
