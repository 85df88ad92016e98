import { ListObjectsV2Command, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, START_MS, startHarness } from './harness.ts';

const Bucket = 'lake';
const KEYS = ['a', 'a/1', 'a/2', 'a/b/1', 'a0', 'b/1', 'ü/1', 'ﬀ', '😀'];
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
  harness.s3.createBucket('vast');
  await Promise.all(KEYS.map((Key) => harness.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
});
afterAll(() => harness.close());

const list = (input: Partial<ConstructorParameters<typeof ListObjectsV2Command>[0]> = {}) =>
  harness.client.send(new ListObjectsV2Command({ Bucket, ...input }));

/** Keys and common prefixes of all pages of `pageSize`. */
async function pages(pageSize: number, input: { Prefix?: string; Delimiter?: string } = {}) {
  const found: { keys: string[]; prefixes: string[]; count: number } = { keys: [], prefixes: [], count: 0 };
  for await (const page of paginateListObjectsV2(
    { client: harness.client, pageSize },
    { Bucket, ...input },
  )) {
    expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
    found.keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    found.prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!));
    found.count += 1;
  }
  return found;
}

describe('ListObjectsV2', () => {
  it('lists all keys in byte order of UTF-8', async () => {
    const answer = await list();
    expect(answer.Contents?.map(({ Key }) => Key)).toEqual(KEYS);
    expect(answer).toMatchObject({ KeyCount: 9, IsTruncated: false, MaxKeys: 1000, Name: Bucket });
    expect(answer.Contents?.[1]).toEqual({
      Key: 'a/1',
      Size: 3,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: new Date(START_MS - 250),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it.each([1, 2, 3, 8, 9, 10])('pages of %d give every key once', async (pageSize) => {
    expect((await pages(pageSize)).keys).toEqual(KEYS);
  });

  it.each([1, 2, 3, 100])('pages of %d with a delimiter give every key and prefix once', async (pageSize) => {
    const { keys, prefixes } = await pages(pageSize, { Delimiter: '/' });
    expect(keys).toEqual(['a', 'a0', 'ﬀ', '😀']);
    expect(prefixes).toEqual(['a/', 'b/', 'ü/']);
  });

  it('groups below a prefix', async () => {
    const { keys, prefixes } = await pages(1, { Prefix: 'a/', Delimiter: '/' });
    expect([keys, prefixes]).toEqual([['a/1', 'a/2'], ['a/b/']]);
  });

  it('starts after a key, and a token outranks it', async () => {
    const first = await list({ StartAfter: 'a/2', MaxKeys: 2 });
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/b/1', 'a0']);
    const second = await list({
      StartAfter: 'a/2',
      MaxKeys: 2,
      ContinuationToken: first.NextContinuationToken,
    });
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'ü/1']);
  });

  it('gives nothing for MaxKeys 0 and for a prefix that nothing has', async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect((await list({ Prefix: 'zz' })).Contents).toBeUndefined();
  });

  it('names the owner when asked to', async () => {
    expect((await list({ MaxKeys: 1 })).Contents?.[0]?.Owner).toBeUndefined();
    const answer = await list({ MaxKeys: 1, FetchOwner: true });
    expect(answer.Contents?.[0]?.Owner).toEqual({ ID: '000000000000', DisplayName: 'local' });
  });

  it('percent-encodes keys when asked to', async () => {
    const answer = await list({ Prefix: 'ü/', EncodingType: 'url' });
    expect(answer.Contents?.[0]?.Key).toBe('%C3%BC/1');
    expect(answer).toMatchObject({ Prefix: '%C3%BC/', EncodingType: 'url' });
  });

  it('holds more than a page of a thousand', async () => {
    const keys = Array.from({ length: 1001 }, (_, n) => String(n).padStart(4, '0'));
    // A thousand connections at once are more than a busy machine opens in time.
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => harness.put(`/vast/${key}`, 'x')));
    }
    const answer = await list({ Bucket: 'vast', MaxKeys: 5000 });
    expect(answer).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    const rest = await list({ Bucket: 'vast', ContinuationToken: answer.NextContinuationToken });
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['1000']);
  });

  it('refuses limits, tokens, encodings and buckets that cannot be', async () => {
    const refusals = [
      list({ MaxKeys: -1 }),
      list({ ContinuationToken: 'abc' }),
      list({ EncodingType: 'xml' as 'url' }),
      list({ Bucket: 'none' }),
    ];
    const names = await Promise.all(refusals.map(async (call) => (await refusalOf(call)).name));
    expect(names).toEqual(['InvalidArgument', 'InvalidArgument', 'InvalidArgument', 'NoSuchBucket']);
  });
});
