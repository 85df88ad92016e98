import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, START_MS, startHarness, statusOf } from './harness.ts';

const Bucket = 'lake';
const Key = 'digits';
let harness: Harness;
let etag: string;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
  etag = (await harness.client.send(new PutObjectCommand({ Bucket, Key, Body: '0123456789' }))).ETag!;
  await harness.client.send(
    new PutObjectCommand({ Bucket, Key: 'empty', Body: Buffer.alloc(0), ContentLength: 0 }),
  );
});
afterAll(() => harness.close());

const get = (input: Partial<ConstructorParameters<typeof GetObjectCommand>[0]> = {}) =>
  harness.client.send(new GetObjectCommand({ Bucket, Key, ...input }));
const head = (input: Partial<ConstructorParameters<typeof HeadObjectCommand>[0]> = {}) =>
  harness.client.send(new HeadObjectCommand({ Bucket, Key, ...input }));

describe('Range', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-4', '4', 'bytes 4-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s is %s', async (Range, content, ContentRange) => {
    const found = await get({ Range });
    expect(found).toMatchObject({ ContentRange, ContentLength: content.length, ETag: etag });
    expect(found.$metadata.httpStatusCode).toBe(206);
    expect(await found.Body!.transformToString()).toBe(content);
    expect(await head({ Range })).toMatchObject({ ContentRange, ContentLength: content.length });
  });

  it.each(['bytes=0-1,4-5', 'lines=0-1', 'bytes=5-2', 'bytes=-', 'bytes=a-b'])(
    '%s is ignored and the whole is sent',
    async (Range) => {
      const found = await get({ Range });
      expect(found.$metadata.httpStatusCode).toBe(200);
      expect(await found.Body!.transformToString()).toBe('0123456789');
    },
  );

  it.each([
    [Key, 'bytes=10-'],
    [Key, 'bytes=-0'],
    ['empty', 'bytes=0-'],
    ['empty', 'bytes=-5'],
  ])('of %s, %s cannot be satisfied', async (key, Range) => {
    const error = await refusalOf(get({ Key: key, Range }));
    expect([error.name, statusOf(error)]).toEqual(['InvalidRange', 416]);
    expect(statusOf(await refusalOf(head({ Key: key, Range })))).toBe(416);
  });
});

describe('conditions of GetObject and HeadObject', () => {
  const before = new Date(START_MS - 60_000);
  const after = new Date(START_MS + 60_000);
  const same = new Date(START_MS - 250);

  it.each([
    ['If-None-Match of this ETag', () => ({ IfNoneMatch: etag }), 304],
    ['If-None-Match *', () => ({ IfNoneMatch: '*' }), 304],
    ['If-None-Match of another', () => ({ IfNoneMatch: '"other"' }), 200],
    ['If-None-Match of several', () => ({ IfNoneMatch: `"other", ${etag}` }), 304],
    ['If-Match of this ETag', () => ({ IfMatch: etag }), 200],
    ['If-Match of another', () => ({ IfMatch: '"other"' }), 412],
    ['If-Modified-Since a minute ago', () => ({ IfModifiedSince: before }), 200],
    ['If-Modified-Since its own second', () => ({ IfModifiedSince: same }), 304],
    ['If-Unmodified-Since a minute ago', () => ({ IfUnmodifiedSince: before }), 412],
    ['If-Unmodified-Since its own second', () => ({ IfUnmodifiedSince: same }), 200],
    ['If-Match outranks If-Unmodified-Since', () => ({ IfMatch: etag, IfUnmodifiedSince: before }), 200],
    [
      'If-None-Match outranks If-Modified-Since',
      () => ({ IfNoneMatch: '"other"', IfModifiedSince: after }),
      200,
    ],
  ])('%s', async (_, condition, status) => {
    for (const read of [get, head]) {
      const answer = await read(condition()).catch(
        (error: unknown) => error as { $metadata: { httpStatusCode: number } },
      );
      expect(answer.$metadata.httpStatusCode).toBe(status);
    }
  });
});

describe('GetObject', () => {
  it('takes response headers from the query', async () => {
    const found = await get({ ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment' });
    expect(found).toMatchObject({ ContentType: 'text/csv', ContentDisposition: 'attachment' });
  });

  it('says NoSuchKey with the key and a request id', async () => {
    const error = await refusalOf(get({ Key: 'none' }));
    expect([error.name, statusOf(error)]).toEqual(['NoSuchKey', 404]);
    expect(error).toMatchObject({
      Key: 'none',
      $metadata: { requestId: expect.stringMatching(/^[0-9A-F]{16}$/) },
    });
  });

  it('HeadObject of nothing is NotFound', async () => {
    expect((await refusalOf(head({ Key: 'none' }))).name).toBe('NotFound');
  });

  it('refuses a part number and a version id that cannot be', async () => {
    expect((await refusalOf(get({ PartNumber: 1 }))).name).toBe('NotImplemented');
    expect((await refusalOf(get({ VersionId: 'abc' }))).name).toBe('InvalidArgument');
    expect((await refusalOf(get({ VersionId: '000000009999' }))).name).toBe('NoSuchVersion');
  });
});
