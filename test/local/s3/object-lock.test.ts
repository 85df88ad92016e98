import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, refusalOf, startHarness, statusOf } from './harness.ts';

const DAY_MS = 86_400_000;
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket('compliance', { objectLock: { mode: 'COMPLIANCE', days: 2 } });
  harness.s3.createBucket('governance', { objectLock: { mode: 'GOVERNANCE', days: 2 } });
  harness.s3.createBucket('plain');
});
afterAll(() => harness.close());

const put = async (Bucket: string, Key: string, extra = {}) =>
  (await harness.client.send(new PutObjectCommand({ Bucket, Key, Body: 'kept', ...extra }))).VersionId!;
const remove = (Bucket: string, Key: string, VersionId: string, BypassGovernanceRetention = false) =>
  harness.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));
const read = async (Bucket: string, Key: string, VersionId: string) =>
  (await harness.client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();

describe('object lock', () => {
  it('holds a version in COMPLIANCE mode against everybody until its time has passed', async () => {
    const id = await put('compliance', 'a');
    for (const bypass of [false, true]) {
      const error = await refusalOf(remove('compliance', 'a', id, bypass));
      expect([error.name, statusOf(error)]).toEqual(['AccessDenied', 403]);
    }
    harness.clock.advance(2 * DAY_MS - 1);
    expect((await refusalOf(remove('compliance', 'a', id))).name).toBe('AccessDenied');
    harness.clock.advance(1);
    await remove('compliance', 'a', id);
    expect((await refusalOf(read('compliance', 'a', id))).name).toBe('NoSuchVersion');
  });

  it('holds a version in GOVERNANCE mode unless it is bypassed', async () => {
    const id = await put('governance', 'a');
    expect((await refusalOf(remove('governance', 'a', id))).name).toBe('AccessDenied');
    await remove('governance', 'a', id, true);
    expect((await refusalOf(read('governance', 'a', id))).name).toBe('NoSuchVersion');
  });

  it('keeps the locked version below an overwrite and below a delete marker', async () => {
    const first = await put('compliance', 'over');
    const second = await put('compliance', 'over', { Body: 'newer' });
    await harness.client.send(new DeleteObjectCommand({ Bucket: 'compliance', Key: 'over' }));
    expect([await read('compliance', 'over', first), await read('compliance', 'over', second)]).toEqual([
      'kept',
      'newer',
    ]);
  });

  it('names the locked keys of a DeleteObjects and deletes the others', async () => {
    const locked = await put('governance', 'locked', { ObjectLockMode: 'COMPLIANCE', ...untilDays(9) });
    const free = await put('governance', 'free');
    const Objects = [
      { Key: 'locked', VersionId: locked },
      { Key: 'free', VersionId: free },
    ];
    const answer = await harness.client.send(
      new DeleteObjectsCommand({
        Bucket: 'governance',
        Delete: { Objects },
        BypassGovernanceRetention: true,
      }),
    );
    expect(answer.Errors).toMatchObject([{ Key: 'locked', VersionId: locked, Code: 'AccessDenied' }]);
    expect(answer.Deleted).toEqual([{ Key: 'free', VersionId: free }]);
  });

  it('takes the mode and date of the request before the default, and tells them', async () => {
    const until = untilDays(30);
    await put('governance', 'stated', { ObjectLockMode: 'COMPLIANCE', ...until });
    const found = await harness.client.send(new HeadObjectCommand({ Bucket: 'governance', Key: 'stated' }));
    expect(found).toMatchObject({ ObjectLockMode: 'COMPLIANCE', ...until });
  });

  it('stays when the bucket is created again without it', async () => {
    const id = await put('governance', 'stays');
    harness.s3.createBucket('governance', { versioning: false });
    expect((await refusalOf(remove('governance', 'stays', id))).name).toBe('AccessDenied');
    const later = await put('governance', 'stays');
    expect(later).not.toBe('null');
    await remove('governance', 'stays', later);
    harness.s3.createBucket('governance', { objectLock: { mode: 'GOVERNANCE', days: 2 } });
  });

  it.each([
    ['a bucket without lock', 'plain', { ObjectLockMode: 'GOVERNANCE' }, 1, 'InvalidRequest'],
    ['a date that has passed', 'governance', { ObjectLockMode: 'GOVERNANCE' }, -1, 'InvalidArgument'],
    ['a mode that is none', 'governance', { ObjectLockMode: 'FOREVER' }, 1, 'InvalidArgument'],
    ['a date without mode', 'governance', {}, 1, 'InvalidArgument'],
  ])('refuses %s', async (_, bucket, mode, days, name) => {
    expect((await refusalOf(put(bucket, 'refused', { ...mode, ...untilDays(days) }))).name).toBe(name);
  });

  it('wants a digest with an upload to be locked', async () => {
    const url = harness.url('/compliance/bare');
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400);
    const md5 = createHash('md5').update('x').digest('base64');
    const answer = await fetch(url, { method: 'PUT', body: 'x', headers: { 'content-md5': md5 } });
    expect(answer.status).toBe(200);
  });
});

function untilDays(days: number): { ObjectLockRetainUntilDate: Date } {
  return { ObjectLockRetainUntilDate: new Date(harness.clock.nowMs() + days * DAY_MS) };
}
