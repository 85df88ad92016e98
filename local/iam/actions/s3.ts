import { readCall, type S3Call } from '../../s3/call.ts';
import type { LocalRequest } from '../../service.ts';
import type { AccessRequest } from '../evaluate.ts';

/** Actions on the bucket, by operation, where the two names differ. */
const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 's3:PutBucketObjectLockConfiguration',
};

/** Actions on the object, by operation, where the two names differ. */
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  CopyObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  UploadPartCopy: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  ListParts: 's3:ListMultipartUploadParts',
};

/** Actions that have a name of their own when the request names a version. */
const VERSIONED_ACTIONS = ['s3:GetObject', 's3:DeleteObject', 's3:GetObjectTagging', 's3:PutObjectTagging'];

/** What an S3 request needs to be allowed; nothing for a path that S3 itself refuses. */
export function s3Access(request: LocalRequest): AccessRequest[] {
  const call = read(request);
  if (call === null) return [];
  if (call.bucket === '') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const bucket = `arn:aws:s3:::${call.bucket}`;
  if (call.operation === 'DeleteObjects')
    return deletedKeys(call).map((key) => object('s3:DeleteObject', bucket, key));
  if (call.key === '') {
    const action = BUCKET_ACTIONS[call.operation] ?? `s3:${call.operation}`;
    return [{ action, resource: bucket, context: { 's3:prefix': [call.query.get('prefix') ?? ''] } }];
  }
  return [
    object(versioned(OBJECT_ACTIONS[call.operation] ?? `s3:${call.operation}`, call), bucket, call.key),
    ...copySource(call),
    ...lockOnWrite(call, bucket),
  ];
}

function read(request: LocalRequest): S3Call | null {
  try {
    return readCall(request);
  } catch {
    return null;
  }
}

function object(action: string, bucket: string, key: string): AccessRequest {
  return { action, resource: `${bucket}/${key}` };
}

function versioned(action: string, call: S3Call): string {
  if (!call.query.has('versionId') || !VERSIONED_ACTIONS.includes(action)) return action;
  return action.replace('Object', 'ObjectVersion');
}

function copySource(call: S3Call): AccessRequest[] {
  const source = call.headers['x-amz-copy-source'];
  if (source === undefined) return [];
  const path = decodeURIComponent(source.split('?')[0] ?? '').replace(/^\//, '');
  const action = source.includes('versionId=') ? 's3:GetObjectVersion' : 's3:GetObject';
  return [{ action, resource: `arn:aws:s3:::${path}` }];
}

function lockOnWrite(call: S3Call, bucket: string): AccessRequest[] {
  if (call.headers['x-amz-object-lock-mode'] !== undefined) {
    return [object('s3:PutObjectRetention', bucket, call.key)];
  }
  return [];
}

function deletedKeys(call: S3Call): string[] {
  return [...call.body.toString('utf8').matchAll(/<Key>([\s\S]*?)<\/Key>/g)].map(([, key = '']) =>
    unescapeXml(key),
  );
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replace(/&#(x[0-9a-f]+|\d+);/gi, (_, code: string) =>
      String.fromCodePoint(
        code[0]?.toLowerCase() === 'x' ? Number.parseInt(code.slice(1), 16) : Number(code),
      ),
    )
    .replaceAll('&amp;', '&');
}
