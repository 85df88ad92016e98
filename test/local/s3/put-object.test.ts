import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, START_MS, startHarness, statusOf } from './harness.ts';

const Bucket = 'lake';
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
});
afterAll(() => harness.close());

const put = (input: Omit<ConstructorParameters<typeof PutObjectCommand>[0], 'Bucket'>) =>
  harness.client.send(new PutObjectCommand({ Bucket, ...input }));
const get = (Key: string) => harness.client.send(new GetObjectCommand({ Bucket, Key }));
const read = async (Key: string) => (await get(Key)).Body!.transformToString();

describe('PutObject', () => {
  it('keeps content, content type, caching headers and metadata', async () => {
    const answer = await put({
      Key: 'a',
      Body: 'hello',
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentEncoding: 'identity',
      Metadata: { rows: '12', exchange: 'NSE' },
    });
    expect(answer.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const found = await get('a');
    expect(await found.Body!.transformToString()).toBe('hello');
    expect(found).toMatchObject({
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentEncoding: 'identity',
      Metadata: { rows: '12', exchange: 'NSE' },
      ContentLength: 5,
      ETag: answer.ETag,
      LastModified: new Date(START_MS - 250),
    });
    expect(found.VersionId).toBeUndefined();
  });

  it('keeps an empty object', async () => {
    await put({ Key: 'empty', Body: Buffer.alloc(0), ContentLength: 0 });
    expect(await read('empty')).toBe('');
    expect((await harness.client.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).ContentLength).toBe(
      0,
    );
  });

  it.each([
    'with space',
    'plus+sign',
    'exchange=NSE/date=2025-12-04/x.parquet',
    'ünïcode/日本',
    'a//b',
    '/lead',
    'q?x&y#z%41',
    '../up/./x',
  ])('keeps the key %s apart from all others', async (Key) => {
    await put({ Key, Body: Key });
    expect(await read(Key)).toBe(Key);
  });

  it('overwrites', async () => {
    await put({ Key: 'over', Body: 'one' });
    await put({ Key: 'over', Body: 'two' });
    expect(await read('over')).toBe('two');
  });

  it('refuses a key of more than 1,024 bytes', async () => {
    await put({ Key: 'k'.repeat(1024), Body: 'x' });
    expect((await refusalOf(put({ Key: 'k'.repeat(1025), Body: 'x' }))).name).toBe('KeyTooLongError');
  });

  it('refuses an unknown bucket', async () => {
    const error = await refusalOf(
      harness.client.send(new PutObjectCommand({ Bucket: 'none', Key: 'a', Body: 'x' })),
    );
    expect([error.name, statusOf(error)]).toEqual(['NoSuchBucket', 404]);
  });

  it('refuses metadata of more than 2 KiB', async () => {
    const error = await refusalOf(put({ Key: 'm', Body: 'x', Metadata: { long: 'v'.repeat(2048) } }));
    expect(error.name).toBe('MetadataTooLarge');
  });

  it.each([
    ['Tagging', { Tagging: 'a=b' }],
    ['ACL', { ACL: 'public-read' as const }],
    ['StorageClass', { StorageClass: 'GLACIER' as const }],
    ['legal hold', { ObjectLockLegalHoldStatus: 'ON' as const }],
  ])('refuses %s instead of ignoring it', async (_, extra) => {
    const error = await refusalOf(put({ Key: 'refused', Body: 'x', ...extra }));
    expect([error.name, statusOf(error)]).toEqual(['NotImplemented', 501]);
  });
});

describe('conditions of PutObject', () => {
  it('If-None-Match * lets only the first writer through', async () => {
    await put({ Key: 'once', Body: 'first', IfNoneMatch: '*' });
    const error = await refusalOf(put({ Key: 'once', Body: 'second', IfNoneMatch: '*' }));
    expect([error.name, statusOf(error)]).toEqual(['PreconditionFailed', 412]);
    expect(await read('once')).toBe('first');
  });

  it('of twenty writers at once exactly one wins', async () => {
    const writers = Array.from({ length: 20 }, (_, n) =>
      put({ Key: 'race', Body: `w${n}`, IfNoneMatch: '*' }),
    );
    const outcomes = await Promise.allSettled(writers);
    const winners = outcomes.flatMap((outcome, n) => (outcome.status === 'fulfilled' ? n : []));
    expect(winners).toHaveLength(1);
    expect(await read('race')).toBe(`w${winners[0]}`);
  });

  it('If-Match replaces only what the writer has seen', async () => {
    const first = await put({ Key: 'cas', Body: 'one' });
    const second = await put({ Key: 'cas', Body: 'two', IfMatch: first.ETag });
    const error = await refusalOf(put({ Key: 'cas', Body: 'three', IfMatch: first.ETag }));
    expect([error.name, statusOf(error)]).toEqual(['PreconditionFailed', 412]);
    expect((await get('cas')).ETag).toBe(second.ETag);
  });

  it('If-Match on nothing is NoSuchKey', async () => {
    const error = await refusalOf(put({ Key: 'absent', Body: 'x', IfMatch: '"abc"' }));
    expect([error.name, statusOf(error)]).toEqual(['NoSuchKey', 404]);
  });

  it.each([
    ['If-None-Match', { IfNoneMatch: '"abc"' }],
    ['If-Match', { IfMatch: '*' }],
  ])('refuses the form of %s that S3 refuses', async (_, condition) => {
    expect((await refusalOf(put({ Key: 'form', Body: 'x', ...condition }))).name).toBe('NotImplemented');
  });
});

describe('digests of PutObject', () => {
  it.each([
    ['CRC32', 'ChecksumCRC32', 'NhCmhg=='],
    ['CRC32C', 'ChecksumCRC32C', 'mnG7TA=='],
    ['SHA1', 'ChecksumSHA1', 'qvTGHdzF6KLavt4PO0gs2a6pQ00='],
    ['SHA256', 'ChecksumSHA256', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
  ] as const)('verifies and keeps %s', async (ChecksumAlgorithm, field, value) => {
    const Key = `sum-${ChecksumAlgorithm}`;
    expect(await put({ Key, Body: 'hello', ChecksumAlgorithm })).toMatchObject({ [field]: value });
    const found = await get(Key);
    expect(found).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
    expect(await found.Body!.transformToString()).toBe('hello');
    const error = await refusalOf(put({ Key, Body: 'hellO', [field]: value }));
    expect([error.name, statusOf(error)]).toEqual(['BadDigest', 400]);
    expect(await read(Key)).toBe('hello');
  });

  it('verifies the checksum in the trailer of an aws-chunked stream', async () => {
    const content = Buffer.alloc(300_000, 'chunk');
    const pieces = [content.subarray(0, 100_000), content.subarray(100_000)];
    await put({
      Key: 'stream',
      Body: Readable.from(pieces),
      ContentLength: content.length,
      ContentEncoding: 'gzip',
    });
    const found = await get('stream');
    expect(Buffer.from(await found.Body!.transformToByteArray()).equals(content)).toBe(true);
    expect(found.ChecksumCRC32).toMatch(/^.{6}==$/);
    expect(found.ContentEncoding).toBe('gzip');
  });

  it('verifies Content-MD5', async () => {
    const ContentMD5 = createHash('md5').update('hello').digest('base64');
    await put({ Key: 'md5', Body: 'hello', ContentMD5 });
    expect((await refusalOf(put({ Key: 'md5', Body: 'hellO', ContentMD5 }))).name).toBe('BadDigest');
    expect((await refusalOf(put({ Key: 'md5', Body: 'hello', ContentMD5: 'abc' }))).name).toBe(
      'InvalidDigest',
    );
  });

  it('verifies x-amz-content-sha256', async () => {
    const headers = { 'x-amz-content-sha256': createHash('sha256').update('hello').digest('hex') };
    const answer = await fetch(harness.url('/lake/sha'), { method: 'PUT', headers, body: 'hellO' });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('XAmzContentSHA256Mismatch'),
    ]);
  });

  it('refuses an algorithm it cannot verify', async () => {
    const error = await refusalOf(put({ Key: 'nvme', Body: 'hello', ChecksumCRC64NVME: 'M3eFcAZSQlc=' }));
    expect([error.name, error.message]).toEqual(['NotImplemented', expect.stringContaining('CRC64NVME')]);
  });
});

describe('notifications of PutObject', () => {
  it('tell bucket, key, size and etag of what is durable, and nothing of what was refused', async () => {
    harness.events.length = 0;
    await put({ Key: 'told', Body: 'hello' });
    await refusalOf(put({ Key: 'told', Body: 'again', IfNoneMatch: '*' }));
    expect(harness.events).toEqual([
      {
        type: 'ObjectCreated',
        cause: 'Put',
        bucket: Bucket,
        key: 'told',
        size: 5,
        etag: '5d41402abc4b2a76b9719d911017c592',
        versionId: 'null',
        sequence: expect.any(Number),
      },
    ]);
  });
});
