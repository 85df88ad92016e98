import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, startHarness, statusOf } from './harness.ts';

let harness: Harness;
let Bucket = '';
let count = 0;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

function freshBucket(): void {
  count += 1;
  Bucket = `versions-${count}`;
  harness.s3.createBucket(Bucket, { versioning: true });
}

const put = async (Key: string, Body: string) =>
  (await harness.client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId!;
const get = (Key: string, VersionId?: string) =>
  harness.client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
const read = async (Key: string, VersionId?: string) => (await get(Key, VersionId)).Body!.transformToString();
const remove = (Key: string, VersionId?: string) =>
  harness.client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
const versions = (input: Partial<ConstructorParameters<typeof ListObjectVersionsCommand>[0]> = {}) =>
  harness.client.send(new ListObjectVersionsCommand({ Bucket, ...input }));

describe('a versioned bucket', () => {
  it('says that it is', async () => {
    freshBucket();
    const status = async () => (await harness.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await status()).toBe('Enabled');
    harness.s3.createBucket(Bucket);
    expect(await status()).toBe('Suspended');
    harness.s3.createBucket('plain');
    Bucket = 'plain';
    expect(await status()).toBeUndefined();
  });

  it('keeps every version and gives the latest by default', async () => {
    freshBucket();
    const ids = [await put('a', 'one'), await put('a', 'two'), await put('a', 'three')];
    expect(new Set(ids).size).toBe(3);
    expect(await read('a')).toBe('three');
    expect(await Promise.all(ids.map((id) => read('a', id)))).toEqual(['one', 'two', 'three']);
  });

  it('hides a deleted object behind a delete marker', async () => {
    freshBucket();
    const id = await put('a', 'one');
    const answer = await remove('a');
    expect(answer.DeleteMarker).toBe(true);
    const error = await refusalOf(get('a'));
    expect([error.name, error.$response?.headers['x-amz-delete-marker']]).toEqual(['NoSuchKey', 'true']);
    expect(await read('a', id)).toBe('one');
    const marker = await refusalOf(get('a', answer.VersionId));
    expect([marker.name, statusOf(marker)]).toEqual(['MethodNotAllowed', 405]);
    expect(statusOf(await refusalOf(harness.client.send(new HeadObjectCommand({ Bucket, Key: 'a' }))))).toBe(
      404,
    );
    expect((await harness.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(harness.events.at(-1)).toMatchObject({
      cause: 'DeleteMarkerCreated',
      versionId: answer.VersionId,
      size: 0,
    });
  });

  it('brings back what was there when the marker, or the latest version, is deleted', async () => {
    freshBucket();
    await put('a', 'one');
    const second = await put('a', 'two');
    const marker = (await remove('a')).VersionId!;
    expect((await remove('a', marker)).DeleteMarker).toBe(true);
    expect(await read('a')).toBe('two');
    await remove('a', second);
    expect(await read('a')).toBe('one');
    expect((await remove('a', second)).$metadata.httpStatusCode).toBe(204);
  });

  it('lets If-None-Match * through where a marker hides the object', async () => {
    freshBucket();
    await put('a', 'one');
    await remove('a');
    await harness.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'two', IfNoneMatch: '*' }));
    expect(await read('a')).toBe('two');
  });

  it('deletes versions and makes markers in one DeleteObjects', async () => {
    freshBucket();
    const first = await put('a', 'one');
    await put('a', 'two');
    await put('b', 'three');
    const Objects = [{ Key: 'a', VersionId: first }, { Key: 'b' }];
    const { Deleted } = await harness.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([
      { Key: 'a', VersionId: first },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.stringMatching(/^\d{12}$/) },
    ]);
    expect((await refusalOf(get('a', first))).name).toBe('NoSuchVersion');
  });

  it('keeps the object of an unversioned time as version null, and replaces it while suspended', async () => {
    count += 1;
    Bucket = `versions-${count}`;
    harness.s3.createBucket(Bucket);
    await put('a', 'before');
    harness.s3.createBucket(Bucket, { versioning: true });
    const id = await put('a', 'during');
    expect(await read('a', 'null')).toBe('before');
    harness.s3.createBucket(Bucket, { versioning: false });
    expect(await put('a', 'after')).toBe('null');
    expect([await read('a'), await read('a', 'null'), await read('a', id)]).toEqual([
      'after',
      'after',
      'during',
    ]);
    expect((await remove('a')).VersionId).toBe('null');
    expect((await versions()).Versions?.map(({ VersionId }) => VersionId)).toEqual([id]);
  });
});

describe('ListObjectVersions', () => {
  it('lists newest first within a key, markers apart', async () => {
    freshBucket();
    const one = await put('a', 'one');
    const two = await put('a', 'two');
    const three = await put('b', 'three');
    const marker = (await remove('a')).VersionId;
    const answer = await versions();
    expect(answer.Versions?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
      ['a', two, false],
      ['a', one, false],
      ['b', three, true],
    ]);
    expect(answer.DeleteMarkers?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
      ['a', marker, true],
    ]);
  });

  it.each([1, 2, 3, 5])('pages of %d give every version once', async (MaxKeys) => {
    freshBucket();
    const ids: string[] = [];
    for (const Key of ['a', 'a', 'a', 'b', 'c/1', 'c/2']) ids.push(await put(Key, Key));
    const found: string[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let isTruncated = true; isTruncated; ) {
      const page = await versions({ MaxKeys, ...markers });
      found.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId!));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      isTruncated = page.IsTruncated ?? false;
    }
    expect(found.toSorted()).toEqual(ids.toSorted());
  });

  it('groups by delimiter over pages', async () => {
    freshBucket();
    for (const Key of ['a/1', 'a/2', 'b', 'c/1']) await put(Key, Key);
    const first = await versions({ Delimiter: '/', MaxKeys: 1 });
    expect([first.CommonPrefixes, first.NextKeyMarker]).toEqual([[{ Prefix: 'a/' }], 'a/']);
    const rest = await versions({ Delimiter: '/', KeyMarker: 'a/' });
    expect([rest.Versions?.map(({ Key }) => Key), rest.CommonPrefixes]).toEqual([['b'], [{ Prefix: 'c/' }]]);
  });

  it('refuses a version marker without its key', async () => {
    freshBucket();
    expect((await refusalOf(versions({ VersionIdMarker: '000000000001' }))).name).toBe('InvalidArgument');
  });
});
