import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, startHarness, statusOf } from './harness.ts';

const Bucket = 'lake';
let harness: Harness;
let etag: string;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
  harness.s3.createBucket('kept', { versioning: true });
  const input = {
    Bucket,
    Key: 'von/a b+ü.txt',
    Body: 'hello',
    ContentType: 'text/plain',
    Metadata: { rows: '1' },
  };
  etag = (await harness.client.send(new PutObjectCommand(input))).ETag!;
});
afterAll(() => harness.close());

const SOURCE = `${Bucket}/${encodeURIComponent('von/a b+ü.txt')}`;
const copy = (input: Partial<ConstructorParameters<typeof CopyObjectCommand>[0]>) =>
  harness.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: SOURCE, ...input }));
const get = (Key: string, from = Bucket) => harness.client.send(new GetObjectCommand({ Bucket: from, Key }));

describe('CopyObject', () => {
  it('copies content, attributes and checksum, and tells so', async () => {
    const answer = await copy({ Key: 'copy' });
    expect(answer.CopyObjectResult).toMatchObject({ ETag: etag, ChecksumCRC32: 'NhCmhg==' });
    const found = await get('copy');
    expect(found).toMatchObject({ ContentType: 'text/plain', Metadata: { rows: '1' }, ETag: etag });
    expect(await found.Body!.transformToString()).toBe('hello');
    expect(harness.events.at(-1)).toMatchObject({ cause: 'Copy', key: 'copy', size: 5 });
  });

  it('replaces attributes when asked to, also onto itself', async () => {
    await copy({ Key: 'self', CopySource: SOURCE });
    await copy({
      Key: 'self',
      CopySource: 'lake/self',
      MetadataDirective: 'REPLACE',
      ContentType: 'text/csv',
      Metadata: { rows: '2' },
    });
    expect(await get('self')).toMatchObject({ ContentType: 'text/csv', Metadata: { rows: '2' } });
    expect((await refusalOf(copy({ Key: 'self', CopySource: 'lake/self' }))).name).toBe('InvalidRequest');
  });

  it('computes another checksum when asked to', async () => {
    const answer = await copy({ Key: 'sha', ChecksumAlgorithm: 'SHA256' });
    expect(answer.CopyObjectResult?.ChecksumSHA256).toBe('LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=');
  });

  it('outlives its source, with which it shares the content on disk', async () => {
    const before = readdirSync(join(harness.directory, 'blobs')).length;
    await harness.client.send(new PutObjectCommand({ Bucket, Key: 'short', Body: 'shared' }));
    await copy({ Key: 'long', CopySource: 'lake/short' });
    expect(readdirSync(join(harness.directory, 'blobs'))).toHaveLength(before + 1);
    await harness.client.send(new DeleteObjectCommand({ Bucket, Key: 'short' }));
    expect(await (await get('long')).Body!.transformToString()).toBe('shared');
    await harness.client.send(new DeleteObjectCommand({ Bucket, Key: 'long' }));
    expect(readdirSync(join(harness.directory, 'blobs'))).toHaveLength(before);
  });

  it('copies an older version', async () => {
    const put = (Body: string) =>
      harness.client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'v', Body }));
    const first = await put('one');
    await put('two');
    const answer = await copy({ Key: 'old', CopySource: `kept/v?versionId=${first.VersionId}` });
    expect(answer.CopySourceVersionId).toBe(first.VersionId);
    expect(await (await get('old')).Body!.transformToString()).toBe('one');
  });

  it.each([
    ['the source ETag matches', () => ({ CopySourceIfMatch: etag }), undefined],
    ['the source ETag differs', () => ({ CopySourceIfMatch: '"other"' }), 412],
    ['the source is unchanged', () => ({ CopySourceIfNoneMatch: etag }), 412],
    ['the target must be absent and is', () => ({ Key: 'fresh', IfNoneMatch: '*' }), undefined],
    ['the target must be absent and is not', () => ({ Key: 'copy', IfNoneMatch: '*' }), 412],
  ])('where %s', async (_, condition, status) => {
    const call = copy(condition());
    if (status === undefined) expect((await call).CopyObjectResult?.ETag).toBe(etag);
    else expect(statusOf(await refusalOf(call))).toBe(status);
  });

  it('refuses sources that are not there', async () => {
    expect((await refusalOf(copy({ CopySource: 'lake/none' }))).name).toBe('NoSuchKey');
    expect((await refusalOf(copy({ CopySource: 'none/a' }))).name).toBe('NoSuchBucket');
    expect((await refusalOf(copy({ CopySource: 'lake' }))).name).toBe('InvalidArgument');
  });
});
