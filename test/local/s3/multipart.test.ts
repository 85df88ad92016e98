import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, startHarness } from './harness.ts';

const Bucket = 'lake';
const MIB = 1024 * 1024;
const FIRST = Buffer.alloc(5 * MIB, 'first');
const LAST = Buffer.from('last');
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
});
afterAll(() => harness.close());

const create = async (Key: string, extra = {}) =>
  (await harness.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...extra }))).UploadId!;
const upload = async (
  Key: string,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
): Promise<CompletedPart> => {
  const answer = await harness.client.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
  );
  const { ETag, ChecksumCRC32, ChecksumSHA256 } = answer;
  return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 };
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], extra = {}) =>
  harness.client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...extra }),
  );
const get = (Key: string) => harness.client.send(new GetObjectCommand({ Bucket, Key }));
const blobCount = () => readdirSync(join(harness.directory, 'blobs')).length;

describe('a multipart upload', () => {
  it('joins its parts in order, with attributes, composite ETag and checksum', async () => {
    const id = await create('joined', {
      ChecksumAlgorithm: 'CRC32',
      ContentType: 'application/x-parquet',
      Metadata: { rows: '7' },
    });
    const before = blobCount();
    const last = await upload('joined', id, 9, LAST);
    const first = await upload('joined', id, 2, FIRST);
    const answer = await complete('joined', id, [first, last]);
    const md5s = [FIRST, LAST].map((part) => createHash('md5').update(part).digest());
    expect(answer.ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
    expect(answer).toMatchObject({
      ChecksumType: 'COMPOSITE',
      ChecksumCRC32: expect.stringMatching(/==-2$/),
    });
    const found = await get('joined');
    expect(found).toMatchObject({
      ContentType: 'application/x-parquet',
      Metadata: { rows: '7' },
      ETag: answer.ETag,
    });
    const content = Buffer.from(await found.Body!.transformToByteArray());
    expect(content.equals(Buffer.concat([FIRST, LAST]))).toBe(true);
    expect(blobCount()).toBe(before + 1);
    expect(harness.events.at(-1)).toMatchObject({ cause: 'CompleteMultipartUpload', size: content.length });
  });

  it('gives the checksum of the whole where the upload asks for it', async () => {
    const extra = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' };
    const id = await create('whole', extra);
    const parts = [await upload('whole', id, 1, FIRST), await upload('whole', id, 2, LAST)];
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(LAST, crc32(FIRST)));
    const wrong = complete('whole', id, parts, { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: 'AAAAAA==' });
    expect((await refusalOf(wrong)).name).toBe('BadDigest');
    const answer = await complete('whole', id, parts, {
      ChecksumType: 'FULL_OBJECT',
      ChecksumCRC32: value.toString('base64'),
    });
    expect(answer).toMatchObject({ ChecksumCRC32: value.toString('base64'), ChecksumType: 'FULL_OBJECT' });
  });

  it('lists its parts page by page', async () => {
    const id = await create('listed');
    for (const number of [1, 3, 5]) await upload('listed', id, number, Buffer.from(`part ${number}`));
    const list = (extra = {}) =>
      harness.client.send(new ListPartsCommand({ Bucket, Key: 'listed', UploadId: id, ...extra }));
    const first = await list({ MaxParts: 2 });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 6],
      [3, 6],
    ]);
    expect([first.IsTruncated, first.NextPartNumberMarker]).toEqual([true, '3']);
    const rest = await list({ PartNumberMarker: '3' });
    expect([rest.Parts?.map(({ PartNumber }) => PartNumber), rest.IsTruncated]).toEqual([[5], false]);
  });

  it('takes the later of two parts with one number', async () => {
    const id = await create('twice');
    const old = await upload('twice', id, 1, Buffer.from('old'));
    const before = blobCount();
    const now = await upload('twice', id, 1, Buffer.from('new'));
    expect(blobCount()).toBe(before);
    expect((await refusalOf(complete('twice', id, [old]))).name).toBe('InvalidPart');
    await complete('twice', id, [now]);
    expect(await (await get('twice')).Body!.transformToString()).toBe('new');
  });

  it('is gone with its parts once aborted', async () => {
    const before = blobCount();
    const id = await create('aborted');
    const part = await upload('aborted', id, 1, LAST);
    await harness.client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'aborted', UploadId: id }));
    expect(blobCount()).toBe(before);
    expect((await refusalOf(complete('aborted', id, [part]))).name).toBe('NoSuchUpload');
    expect((await refusalOf(upload('aborted', id, 1, LAST))).name).toBe('NoSuchUpload');
  });

  it('ends only when If-None-Match * holds', async () => {
    const id = await create('guarded');
    const part = await upload('guarded', id, 1, LAST);
    await harness.client.send(new PutObjectCommand({ Bucket, Key: 'guarded', Body: 'first' }));
    const before = blobCount();
    const error = await refusalOf(complete('guarded', id, [part], { IfNoneMatch: '*' }));
    expect(error.name).toBe('PreconditionFailed');
    expect(blobCount()).toBe(before);
    expect(await (await get('guarded')).Body!.transformToString()).toBe('first');
  });

  it('is copied as one piece with digests of its own', async () => {
    const id = await create('pieces', { ChecksumAlgorithm: 'SHA256' });
    await complete('pieces', id, [await upload('pieces', id, 1, LAST)]);
    const { CopyObjectResult } = await harness.client.send(
      new CopyObjectCommand({ Bucket, Key: 'piece', CopySource: 'lake/pieces' }),
    );
    expect(CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(LAST).digest('hex')}"`);
    expect(CopyObjectResult?.ChecksumSHA256).toBe(createHash('sha256').update(LAST).digest('base64'));
  });

  it('of twenty completions at once exactly one succeeds', async () => {
    const id = await create('raced');
    const part = await upload('raced', id, 1, LAST);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => complete('raced', id, [part])),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await (await get('raced')).Body!.transformToString()).toBe('last');
  });

  it('refuses parts that are missing, out of order, too small or of another size or checksum', async () => {
    const id = await create('refused');
    const one = await upload('refused', id, 1, LAST);
    const two = await upload('refused', id, 2, LAST);
    const refusals = [
      complete('refused', id, [{ ...two, PartNumber: 3 }]),
      complete('refused', id, [{ ...one, ETag: '"other"' }]),
      complete('refused', id, [{ ...one, ChecksumCRC32: 'AAAAAA==' }]),
      complete('refused', id, [two, one]),
      complete('refused', id, [one, two]),
      complete('refused', id, []),
      complete('refused', id, [one], { MpuObjectSize: 5 }),
      upload('refused', id, 0, LAST),
      upload('refused', id, 10_001, LAST),
      create('refused', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }),
      create('refused', { ChecksumAlgorithm: 'CRC64NVME' }),
    ];
    expect(await Promise.all(refusals.map(async (call) => (await refusalOf(call)).name))).toEqual([
      'InvalidPart',
      'InvalidPart',
      'InvalidPart',
      'InvalidPartOrder',
      'EntityTooSmall',
      'MalformedXML',
      'InvalidRequest',
      'InvalidArgument',
      'InvalidArgument',
      'InvalidRequest',
      'NotImplemented',
    ]);
    await complete('refused', id, [two]);
  });
});
