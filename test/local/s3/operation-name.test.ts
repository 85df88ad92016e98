import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectAttributesCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutBucketPolicyCommand,
  PutObjectRetentionCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameOperation } from '../../../local/s3/operation-name.ts';
import { type Harness, refusalOf, START_MS, startHarness, statusOf } from './harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  harness.s3.createBucket('lake');
  harness.s3.createBucket('audit', { versioning: true });
});
afterAll(() => harness.close());

describe('an operation that is not implemented is an error that names it', () => {
  const object = { Bucket: 'lake', Key: 'a' };
  const copyPart = { ...object, CopySource: 'lake/a', PartNumber: 1, UploadId: 'u' };
  it.each([
    ['CreateBucket', () => harness.client.send(new CreateBucketCommand({ Bucket: 'new' }))],
    ['ListObjects', () => harness.client.send(new ListObjectsCommand({ Bucket: 'lake' }))],
    ['GetBucketAcl', () => harness.client.send(new GetBucketAclCommand({ Bucket: 'lake' }))],
    [
      'GetBucketLifecycleConfiguration',
      () => harness.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'lake' })),
    ],
    [
      'PutBucketPolicy',
      () => harness.client.send(new PutBucketPolicyCommand({ Bucket: 'lake', Policy: '{}' })),
    ],
    ['ListMultipartUploads', () => harness.client.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }))],
    ['GetObjectTagging', () => harness.client.send(new GetObjectTaggingCommand(object))],
    ['PutObjectRetention', () => harness.client.send(new PutObjectRetentionCommand(object))],
    ['UploadPartCopy', () => harness.client.send(new UploadPartCopyCommand(copyPart))],
    [
      'GetObjectAttributes',
      () => harness.client.send(new GetObjectAttributesCommand({ ...object, ObjectAttributes: ['ETag'] })),
    ],
  ] as [string, () => Promise<unknown>][])('%s', async (name, call) => {
    const error = await refusalOf(call());
    expect([error.name, statusOf(error)]).toEqual(['NotImplemented', 501]);
    expect(error.message).toMatch(new RegExp(`, was ${name}$`));
    expect(error.$metadata.requestId).toMatch(/^[0-9A-F]{16}$/);
  });

  it.each([
    ['PATCH', '', '', 'PATCH (service)'],
    ['PATCH', 'lake', 'a', 'PATCH (object)'],
    ['POST', 'lake', '', 'PostObject'],
  ])('%s /%s/%s', (method, bucket, key, name) => {
    expect(nameOperation({ method, bucket, key, query: new URLSearchParams(), headers: {} })).toBe(name);
  });
});

describe('an error document', () => {
  it('has code, message, resource and request id', async () => {
    const answer = await fetch(harness.url('/lake/a%20b'));
    const id = answer.headers.get('x-amz-request-id');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/xml']);
    expect(await answer.text()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
        '<Message>expected the key of an existing object, was a b</Message><Key>a b</Key>' +
        `<Resource>/lake/a%20b</Resource><RequestId>${id}</RequestId></Error>`,
    );
  });

  it('is what broken percent encoding gets', async () => {
    const answer = await fetch(harness.url('/lake/%ff'));
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidURI</Code>'),
    ]);
  });
});

describe('buckets', () => {
  it('are listed by name with their time', async () => {
    const { Buckets } = await harness.client.send(new ListBucketsCommand({}));
    const CreationDate = new Date(START_MS - 250);
    expect(Buckets).toEqual([
      { Name: 'audit', CreationDate },
      { Name: 'lake', CreationDate },
    ]);
  });

  it('are listed below a prefix, and never page by page', async () => {
    const { Buckets } = await harness.client.send(new ListBucketsCommand({ Prefix: 'la' }));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['lake']);
    const error = await refusalOf(harness.client.send(new ListBucketsCommand({ MaxBuckets: 1 })));
    expect([error.name, error.message]).toEqual(['NotImplemented', expect.stringContaining('max-buckets')]);
  });

  it('answer HEAD', async () => {
    expect((await harness.client.send(new HeadBucketCommand({ Bucket: 'lake' }))).BucketRegion).toBe(
      'us-east-1',
    );
    expect((await refusalOf(harness.client.send(new HeadBucketCommand({ Bucket: 'none' })))).name).toBe(
      'NotFound',
    );
  });

  it.each(['ab', 'Upper', 'under_score', '-edge', 'x'.repeat(64)])('refuse the name %s', (name) => {
    expect(() => harness.s3.createBucket(name)).toThrow(/expected 3 to 63 .* was/);
  });

  it('refuse a retention of no days', () => {
    const objectLock = { mode: 'GOVERNANCE' as const, days: 0 };
    expect(() => harness.s3.createBucket('zero', { objectLock })).toThrow(/at least 1 whole day, was 0/);
  });
});
