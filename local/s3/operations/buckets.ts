import { S3Error } from '../error.ts';
import { isoSeconds, type Operation, OWNER, xmlResponse } from '../operation.ts';

/** ListBuckets: in one page, those whose name begins with `prefix`. */
export const listBuckets: Operation = (store, call) => {
  for (const name of ['max-buckets', 'continuation-token', 'bucket-region']) {
    if (call.query.has(name))
      throw new S3Error('NotImplemented', `expected ListBuckets in one page, was ${name}`);
  }
  const prefix = call.query.get('prefix') ?? '';
  const buckets = store.buckets.list().filter(({ name }) => name.startsWith(prefix));
  return xmlResponse('ListAllMyBucketsResult', {
    Owner: OWNER,
    Buckets: {
      Bucket: buckets.map(({ name, createdMs }) => ({ Name: name, CreationDate: isoSeconds(createdMs) })),
    },
  });
};

export const headBucket: Operation = (store, call) => {
  store.buckets.require(call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
};

/** GetBucketVersioning: no Status where versioning was never switched on. */
export const getBucketVersioning: Operation = (store, call) => {
  const { versioning } = store.buckets.require(call.bucket);
  return xmlResponse('VersioningConfiguration', { Status: versioning === '' ? undefined : versioning });
};
