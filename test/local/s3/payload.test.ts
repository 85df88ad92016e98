import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket('lake');
});
afterAll(() => harness.close());

const CHUNKED = {
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-trailer': 'x-amz-checksum-crc32',
  'x-amz-decoded-content-length': '5',
};

/** Status and error code of a PUT written by hand, and what is stored after it. */
async function put(body: string, headers: Record<string, string>) {
  const url = harness.url('/lake/chunked');
  await harness.s3.handle({
    method: 'DELETE',
    path: '/lake/chunked',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.alloc(0),
  });
  const answer = await fetch(url, { method: 'PUT', headers, body });
  const code = /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1];
  const stored = await fetch(url);
  return { status: answer.status, code, stored: stored.ok ? await stored.text() : null };
}

describe('an aws-chunked body', () => {
  it('is stored without its framing', async () => {
    const answer = await put('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', CHUNKED);
    expect(answer).toEqual({ status: 200, code: undefined, stored: 'hello' });
  });

  it.each([
    ['whose trailer disagrees', '5\r\nhellO\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'BadDigest'],
    ['whose declared trailer is absent', '5\r\nhello\r\n0\r\n\r\n', 'MalformedTrailerError'],
    ['that is cut short', '5\r\nhel', 'IncompleteBody'],
    ['that lacks its end', '5\r\nhello\r\n', 'IncompleteBody'],
    ['of another length', '4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'IncompleteBody'],
    [
      'with an algorithm unknown here',
      '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-md9:x\r\n\r\n',
      'NotImplemented',
    ],
  ])('%s is refused and nothing is stored', async (_, body, code) => {
    const answer = await put(body, CHUNKED);
    expect([answer.code, answer.stored]).toEqual([code, null]);
  });
});

describe('a body', () => {
  it('that lacks the checksum it announces is refused', async () => {
    const answer = await put('hello', { 'x-amz-sdk-checksum-algorithm': 'CRC32' });
    expect([answer.code, answer.stored]).toEqual(['InvalidRequest', null]);
  });

  it('shorter than its Content-Length is refused', async () => {
    const request = { method: 'PUT', path: '/lake/short', query: new URLSearchParams() };
    const answer = await harness.s3.handle({
      ...request,
      headers: { 'content-length': '9' },
      body: Buffer.from('x'),
    });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('IncompleteBody')]);
  });
});
