import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BodyTooLarge, BULK, jsonBody, REPORT, UnreadableType } from '../../../shared/observability/body.ts';

const GZIP = { 'content-type': 'application/gzip' };
const sent = (bytes: Buffer, headers: Record<string, string> = {}) => ({
  body: bytes.toString('base64'),
  isBase64Encoded: true,
  headers,
});
const plain = (body: string | undefined) => ({ body: body as string, isBase64Encoded: false, headers: {} });
const refusal = (event: Parameters<typeof jsonBody>[0]) => {
  try {
    return jsonBody(event);
  } catch (error) {
    return error as Error;
  }
};
const VALUE = { symbol: 'NIFTY', note: 'Straße ₹', legs: [1, null] };

describe('jsonBody', () => {
  it.each([
    ['plain', plain(JSON.stringify(VALUE))],
    ['base64', sent(Buffer.from(JSON.stringify(VALUE)))],
    ['application/gzip', sent(gzipSync(JSON.stringify(VALUE)), GZIP)],
    [
      'with a charset',
      sent(gzipSync(JSON.stringify(VALUE)), { 'content-type': 'application/gzip; charset="UTF-8"' }),
    ],
    ['content-encoding gzip', sent(gzipSync(JSON.stringify(VALUE)), { 'content-encoding': 'gzip' })],
  ])('reads a body sent %s', (_, event) => {
    expect(jsonBody(event)).toEqual(VALUE);
  });

  it.each([undefined, 'application/json; charset=utf-8', 'application/problem+json', 'Application/JSON'])(
    'takes %s for JSON',
    (type) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      expect(jsonBody({ ...plain('[1]'), headers })).toEqual([1]);
    },
  );

  it.each(['text/csv', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json'])(
    'refuses %s and says what to send',
    (type) => {
      const error = refusal({ ...plain('[1]'), headers: { 'content-type': type } });
      expect(error).toBeInstanceOf(UnreadableType);
      expect(error).toMatchObject({
        field: 'content-type',
        message: expect.stringMatching(/expected application\/json, or application\/gzip .*, was [a-z]/),
      });
    },
  );

  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20), { level: 9 });
  const large = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20);
  const packed = gzipSync(JSON.stringify({ legs: Array.from({ length: 500 }, Math.sqrt) }));
  it.each([
    ['nothing', plain(undefined), /expected JSON, was empty/],
    ['an empty text', plain(''), /expected JSON, was empty/],
    ['half a JSON', plain('{"legs": [1,'), /expected well-formed JSON.*send the body whole/],
    ['no JSON', plain('hello'), /expected well-formed JSON/],
    ['bytes that are no text', sent(Buffer.from([0x22, 0xff, 0xfe, 0x22])), /expected well-formed JSON/],
    [
      'gzip that says it is not',
      sent(gzipSync('{}')),
      /was gzip by its first bytes; send it with the header Content-Encoding: gzip, or with content-type application\/gzip/,
    ],
    [
      'gzip that a gateway took for text',
      { ...plain(gzipSync('{"a": 1}').toString('utf8')), headers: { 'content-type': 'application/json' } },
      /was gzip by its first bytes; send it with the header Content-Encoding: gzip/,
    ],
    ['truncated gzip', sent(packed.subarray(0, packed.length / 2), GZIP), /expected whole gzip data/],
    ['gzip without its checksum', sent(packed.subarray(0, -8), GZIP), /expected whole gzip data/],
    ['JSON that says it is gzip', sent(Buffer.from('{}'), GZIP), /expected whole gzip data/],
  ])('refuses %s as the caller’s mistake', (_, event, message) => {
    expect(refusal(event)).toMatchObject({
      name: 'RejectedInput',
      field: 'body',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['too much', sent(large), /expected at most 4194304 bytes, was 4194305; send fewer snapshots or gzip/],
    ['a zip bomb', sent(bomb, GZIP), /expected at most 67108864 bytes unpacked, was more; send fewer/],
  ])('refuses %s as too large', (_, event, message) => {
    const error = refusal(event);
    expect(error).toBeInstanceOf(BodyTooLarge);
    expect(error).toMatchObject({ name: 'RejectedInput', message: expect.stringMatching(message) });
  });

  it.each<[string, Record<string, string>, string]>([
    ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }, 'content-type'],
    ['another encoding', { 'content-encoding': 'br' }, 'content-encoding'],
    ['two encodings', { 'content-encoding': 'gzip, gzip' }, 'content-encoding'],
  ])('refuses %s', (_, headers, field) => {
    const error = refusal({ ...plain('[1]'), headers });
    expect(error).toBeInstanceOf(UnreadableType);
    expect(error).toMatchObject({ field, message: expect.stringMatching(/: expected .*, was /) });
  });

  it.each([
    ['bytes that the gateway replaced', '{"reason": "caf\uFFFD"}', /no UTF-8/],
    ['half a character in a text', '{"a": ["x\\ud83d"]}', /half a character/],
    ['half a character in a name', '{"\\uDE00": 1}', /half a character/],
    ['1e400 as a name of its own', '1e400x', /well-formed JSON/],
  ])('refuses %s', (_, body, message) => {
    expect(refusal(plain(body))).toMatchObject({ field: 'body', message: expect.stringMatching(message) });
  });

  it('takes a whole character that is written as two escapes', () => {
    expect(jsonBody(plain('["\\ud83d\\ude00"]'))).toEqual(['😀']);
  });

  it('lets the last of two members count, and no member reach what objects are made of', () => {
    const read = jsonBody(plain('{"a": 1, "__proto__": {"admin": true}, "a": 2}')) as Record<string, unknown>;
    expect(read['a']).toBe(2);
    expect(read['admin']).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('takes as much as it may, and refuses one more, before anything is built from it', () => {
    const nested = (depth: number) => plain('['.repeat(depth) + ']'.repeat(depth));
    expect(jsonBody(nested(BULK.depth))).toBeInstanceOf(Array);
    expect(refusal(nested(BULK.depth + 1))).toBeInstanceOf(BodyTooLarge);
    expect(refusal(nested(1_000_000))).toBeInstanceOf(BodyTooLarge);
    const many = gzipSync(`[${'{},'.repeat(4_000_000)}{}]`, { level: 1 });
    expect(refusal(sent(many, GZIP))).toMatchObject({
      message: expect.stringMatching(/at most 4000000 values/),
    });
  });

  it('takes less of a route of a few fields', () => {
    const text = JSON.stringify({ reason: 'x'.repeat(REPORT.sentBytes) });
    expect(() => jsonBody(plain(text), REPORT)).toThrow(BodyTooLarge);
    expect(() => jsonBody(sent(gzipSync(' '.repeat(300_000)), GZIP), REPORT)).toThrow(
      /262144 bytes unpacked/,
    );
    expect(jsonBody(plain('{"reason": "short"}'), REPORT)).toEqual({ reason: 'short' });
  });
});
