import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, startHarness, statusOf } from './harness.ts';

const Bucket = 'lake';
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket(Bucket);
});
beforeEach(() => {
  harness.events.length = 0;
});
afterAll(() => harness.close());

const put = (Key: string) => harness.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
const remove = (Key: string, IfMatch?: string) =>
  harness.client.send(new DeleteObjectCommand({ Bucket, Key, ...(IfMatch ? { IfMatch } : {}) }));
const removeAll = (keys: string[], Quiet = false) =>
  harness.client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet } }),
  );
const head = (Key: string) => harness.client.send(new HeadObjectCommand({ Bucket, Key }));

describe('DeleteObject', () => {
  it('removes the object and tells so', async () => {
    await put('a');
    expect((await remove('a')).$metadata.httpStatusCode).toBe(204);
    expect((await refusalOf(head('a'))).name).toBe('NotFound');
    expect(harness.events.map(({ type, cause, size }) => [type, cause, size])).toEqual([
      ['ObjectCreated', 'Put', 1],
      ['ObjectRemoved', 'Delete', 1],
    ]);
  });

  it('of nothing succeeds and tells nothing', async () => {
    expect((await remove('never')).$metadata.httpStatusCode).toBe(204);
    expect(harness.events).toEqual([]);
  });

  it('If-Match removes only what the caller has seen', async () => {
    const { ETag } = await put('cas');
    const error = await refusalOf(remove('cas', '"other"'));
    expect([error.name, statusOf(error)]).toEqual(['PreconditionFailed', 412]);
    await remove('cas', ETag);
    expect((await refusalOf(remove('cas', '*'))).name).toBe('PreconditionFailed');
  });

  it('of an unknown bucket is NoSuchBucket', async () => {
    const error = await refusalOf(harness.client.send(new DeleteObjectCommand({ Bucket: 'none', Key: 'a' })));
    expect(error.name).toBe('NoSuchBucket');
  });
});

describe('DeleteObjects', () => {
  it('removes what is there and lists every key', async () => {
    await Promise.all(['x/1', 'x/2', 'x/3'].map(put));
    const answer = await removeAll(['x/1', 'x/3', 'x/none']);
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['x/1', 'x/3', 'x/none']);
    expect(answer.Errors).toBeUndefined();
    expect((await head('x/2')).ContentLength).toBe(3);
    expect((await refusalOf(head('x/1'))).name).toBe('NotFound');
  });

  it('says nothing of what went well when it is to be quiet', async () => {
    await put('q');
    expect((await removeAll(['q'], true)).Deleted).toBeUndefined();
    expect((await refusalOf(head('q'))).name).toBe('NotFound');
  });

  it('refuses single keys whose ETag differs', async () => {
    const { ETag } = await put('e/1');
    await put('e/2');
    const Objects = [
      { Key: 'e/1', ETag },
      { Key: 'e/2', ETag: '"other"' },
    ];
    const answer = await harness.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toEqual([{ Key: 'e/1' }]);
    expect(answer.Errors).toMatchObject([{ Key: 'e/2', Code: 'PreconditionFailed' }]);
    expect((await head('e/2')).ContentLength).toBe(3);
  });

  it('reads keys that XML has to escape, a thousand at a time', async () => {
    const awkward = [
      '<&>"\'',
      ' lead and trail ',
      'tab\tline\nreturn\r',
      '&amp;',
      '&#65;',
      'ü😀',
      'true',
      '007',
      '1e3',
    ];
    await Promise.all(awkward.map(put));
    const filler = Array.from(
      { length: 1000 - awkward.length },
      (_, n) => `&"<>'&"<>'&"<>'&"<>'&"<>'&"<>'${n}`,
    );
    const answer = await removeAll([...awkward, ...filler]);
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual([...awkward, ...filler]);
    const left = await harness.client.send(new ListObjectsV2Command({ Bucket }));
    expect(left.Contents?.map(({ Key }) => Key).filter((Key) => awkward.includes(Key!))).toEqual([]);
  });

  it.each([
    ['more than a thousand keys', `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`],
    ['no key', '<Delete></Delete>'],
    ['an object without key', '<Delete><Object><VersionId>null</VersionId></Object></Delete>'],
    ['an open tag', '<Delete><Object>'],
    ['another document', '<Remove><Object><Key>a</Key></Object></Remove>'],
    ['text for an object', '<Delete><Object>a</Object></Delete>'],
    ['elements for a key', '<Delete><Object><Key><b>a</b></Key></Object></Delete>'],
    ['an empty body', ''],
  ])('refuses %s', async (_, body) => {
    const answer = await fetch(harness.url('/lake?delete'), { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('<Code>MalformedXML</Code>'),
    ]);
  });
});
