import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerProblem } from '../../../../bench/parts/fuzz/answers.ts';
import { fuzzRequests, SPOILT } from '../../../../bench/parts/fuzz/requests.ts';
import { sentWire } from '../../../../bench/parts/fuzz/spoil.ts';
import { signedWire } from '../../../../bench/parts/fuzz/wire.ts';
import { verifySignature } from '../../../../local/http/sigv4.ts';

const KEY = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const KEYS = { tracker: KEY, operator: KEY, viewer: KEY };
const NOW_MS = Date.parse('2026-01-06T10:05:00+05:30');
const SCOPE = { region: 'ap-south-1', service: 'execute-api' };

describe('a signature of the fuzzer', () => {
  it('is the one that the AWS SDK makes', async () => {
    const wire = {
      method: 'POST',
      path: '/v1/a%20b',
      query: 'b=2&a=%E2%82%AC&a=1',
      headers: { 'x-b': ' c  d ' },
      body: Buffer.from('{}'),
    };
    const signer = new SignatureV4({ ...SCOPE, credentials: KEY, sha256: Sha256 });
    const { headers } = await signer.sign(
      {
        ...{ method: 'POST', protocol: 'http:', hostname: 'h', path: wire.path, body: '{}' },
        ...{ query: { b: '2', a: ['€', '1'] }, headers: { host: 'h', 'x-b': 'c d' } },
      },
      { signingDate: new Date(NOW_MS) },
    );
    const signature = (text: unknown) => String(text).slice(-64);
    const { 'x-amz-content-sha256': payloadHeader = '', authorization } = headers;
    const ours = signedWire(
      { ...wire, headers: { ...wire.headers, 'x-amz-content-sha256': payloadHeader } },
      'h',
      { ...SCOPE, key: KEY, atMs: NOW_MS },
    );
    expect(signature(ours.headers['authorization'])).toBe(signature(authorization));
  });

  it('that is spoilt is refused in every way there is', () => {
    const verify = (spoilt: (typeof SPOILT)[number] | null) => {
      const signing = { as: 'tracker' as const, offsetMs: 0, ...SCOPE, spoilt };
      const plain = { method: 'POST', path: '/v1/score', query: '', headers: {}, body: Buffer.from('{}') };
      const sent = sentWire({ kind: '', wire: plain, statuses: [], signing }, 'h', KEYS, NOW_MS);
      const request = {
        ...sent,
        query: new URLSearchParams(sent.query),
        headers: { host: 'h', ...sent.headers },
        body: Buffer.from(sent.body ?? []),
      };
      return verifySignature(request, { ...SCOPE, nowMs: NOW_MS }, (id) =>
        id === KEY.accessKeyId ? KEY : undefined,
      );
    };
    expect(verify(null)).toBeNull();
    for (const spoilt of SPOILT) expect(verify(spoilt), spoilt).not.toBeNull();
  });
});

describe('the requests of a run', () => {
  it('are the same for the same seed, and of every kind', () => {
    const sample = () => fc.sample(fuzzRequests(NOW_MS), { seed: 7, numRuns: 600 });
    const requests = sample();
    expect(sample()).toEqual(requests);
    const kinds = new Set(requests.map(({ kind }) => kind.split(':')[0]));
    for (const kind of [
      'valid',
      'mutated JSON',
      'damaged',
      'spoilt',
      'wrong role',
      'from the schema',
      'unsigned',
    ])
      expect(kinds).toContain(kind);
  });
});

describe('what an answer must not be', () => {
  const answer = (status: number, type: string, text: string) => ({
    status,
    headers: { 'content-type': type },
    text,
    ms: 1,
  });
  const problem = { type: 'urn:oi-loop:problem:RejectedInput', status: 400, detail: 'x' };
  const judge = (status: number, type: string, text: string) =>
    answerProblem({ method: 'POST' }, answer(status, type, text), ['s3cr3t']);

  it.each([
    [400, 'application/problem+json', JSON.stringify(problem)],
    [403, 'application/json', '{"message":"Forbidden"}'],
    [431, '', ''],
    [200, 'application/json', '{"any":"thing"}'],
  ])('%i %s %s is fine', (status, type, text) => expect(judge(status, type, text)).toBeUndefined());

  it.each([
    [200, 'application/json', '{"key":"s3cr3t"}', /secret/],
    [
      400,
      'application/problem+json',
      JSON.stringify({ ...problem, detail: 'x\n    at y (/a/b.js:1:2)' }),
      /inside/,
    ],
    [
      400,
      'application/problem+json',
      JSON.stringify({ ...problem, type: 'about:blank' }),
      /expected a problem/,
    ],
    [400, 'application/problem+json', JSON.stringify({ ...problem, status: 422 }), /expected a problem/],
    [400, 'application/json', '{"message":"x"}', /came from the gateway/],
    [404, 'text/html', '"x"', /expected application\/problem\+json/],
  ])('%i %s %s is not', (status, type, text, why) => expect(judge(status, type, text)).toMatch(why));
});
